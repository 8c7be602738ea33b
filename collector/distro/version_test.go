package distro

import (
	"runtime/debug"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestBuild_SaysAsMuchAsTheToolChainRecorded(t *testing.T) {
	const revision = "0123456789abcdef0123456789abcdef01234567"
	vcs := func(modified string) []debug.BuildSetting {
		return []debug.BuildSetting{{Key: "vcs.revision", Value: revision}, {Key: "vcs.time", Value: "2026-11-29T01:02:03Z"}, {Key: "vcs.modified", Value: modified}}
	}
	for _, c := range []struct {
		main       string
		settings   []debug.BuildSetting
		word, text string
	}{
		{"v0.2.0", vcs("false"), "v0.2.0", "v0.2.0, commit 0123456789ab, 2026-11-29T01:02:03Z"},
		{"v0.2.0", nil, "v0.2.0", "v0.2.0"},
		{"(devel)", vcs("true"), "devel-0123456789ab", "devel-0123456789ab, commit 0123456789ab with changes, 2026-11-29T01:02:03Z"},
		{"(devel)", nil, "devel", "devel"},
	} {
		build := buildOf(&debug.BuildInfo{Main: debug.Module{Version: c.main}, Settings: c.settings})
		assert.Equal(t, c.word, build.word())
		assert.Equal(t, c.text, build.String())
	}
}

func TestBuild_StampNamesVersionCommitAndDate(t *testing.T) {
	const commit, date = "0123456789abcdef0123456789abcdef01234567", "2026-11-29T01:02:03Z"
	for stamp, want := range map[string]Build{
		"v0.2.0," + commit + "," + date:         {Version: "v0.2.0", Commit: commit, Date: date},
		"," + commit + "," + date:               {Commit: commit, Date: date},
		"," + commit + "," + date + ",modified": {Commit: commit, Date: date, Modified: true},
		"v0.2.0":                                {Version: "v0.2.0"},
	} {
		assert.Equal(t, want, stampedBuild(stamp), stamp)
	}
}
