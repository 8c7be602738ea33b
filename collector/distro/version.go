package distro

import (
	"runtime/debug"
	"strings"
)

// stamp is set by the linker where the tool chain sees no repository, as in the
// image's build: version, commit and date of the commit, with a comma between
// them, and ",modified" where files differed. deploy/stamp prints it.
var stamp string

// Build describes what this binary was built from. Every field may be empty: of a
// module downloaded by its version Go knows no commit, and with -buildvcs=false
// and without a stamp nothing at all.
type Build struct {
	Version  string // of the module, such as v0.2.0
	Commit   string
	Date     string // of the commit, as in RFC 3339
	Modified bool   // files differed from the commit
}

// ReadBuild reads the stamp, or else what the tool chain recorded.
func ReadBuild() Build {
	if stamp != "" {
		return stampedBuild(stamp)
	}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return Build{}
	}
	return buildOf(info)
}

func stampedBuild(stamp string) Build {
	version, rest, _ := strings.Cut(stamp, ",")
	commit, rest, _ := strings.Cut(rest, ",")
	date, rest, _ := strings.Cut(rest, ",")
	return Build{Version: version, Commit: commit, Date: date, Modified: rest == "modified"}
}

func buildOf(info *debug.BuildInfo) Build {
	var b Build
	if v := info.Main.Version; v != "(devel)" {
		b.Version = v
	}
	for _, s := range info.Settings {
		switch s.Key {
		case "vcs.revision":
			b.Commit = s.Value
		case "vcs.time":
			b.Date = s.Value
		case "vcs.modified":
			b.Modified = s.Value == "true"
		}
	}
	return b
}

// Version is the version of the binary in one word: a tag, or "devel" with the
// commit where that is known.
func Version() string { return ReadBuild().word() }

func (b Build) word() string {
	switch {
	case b.Version != "":
		return b.Version
	case b.Commit != "":
		return "devel-" + shortCommit(b.Commit)
	}
	return "devel"
}

// String names version, commit and date, as far as they are known.
func (b Build) String() string {
	parts := []string{b.word()}
	if b.Commit != "" {
		commit := "commit " + shortCommit(b.Commit)
		if b.Modified {
			commit += " with changes"
		}
		parts = append(parts, commit)
	}
	if b.Date != "" {
		parts = append(parts, b.Date)
	}
	return strings.Join(parts, ", ")
}

// shortCommit is long enough to be looked up.
func shortCommit(commit string) string { return commit[:min(12, len(commit))] }
