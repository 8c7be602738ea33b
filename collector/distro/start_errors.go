package distro

import "go.uber.org/zap/zapcore"

// startErrorFilter leaves out of the log what Start returns as an error: a component that
// does not start. Anyone who called says it, with a fix, and once.
type startErrorFilter struct{ zapcore.Core }

func (r startErrorFilter) With(fields []zapcore.Field) zapcore.Core {
	return startErrorFilter{r.Core.With(fields)}
}

func (r startErrorFilter) Check(entry zapcore.Entry, checked *zapcore.CheckedEntry) *zapcore.CheckedEntry {
	switch entry.Message {
	case "Failed to start component", "Failed to start extension":
		return checked
	}
	return r.Core.Check(entry, checked)
}
