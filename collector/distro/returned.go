package distro

import "go.uber.org/zap/zapcore"

// returned leaves out of the log what Start returns as an error: a component that
// does not start. Anyone who called says it, with a fix, and once.
type returned struct{ zapcore.Core }

func (r returned) With(fields []zapcore.Field) zapcore.Core { return returned{r.Core.With(fields)} }

func (r returned) Check(entry zapcore.Entry, checked *zapcore.CheckedEntry) *zapcore.CheckedEntry {
	switch entry.Message {
	case "Failed to start component", "Failed to start extension":
		return checked
	}
	return r.Core.Check(entry, checked)
}
