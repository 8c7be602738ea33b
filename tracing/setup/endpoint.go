package setup

import (
	"fmt"
	"net/url"
	"os"
	"strings"
)

// defaultEndpoint has no TLS, unlike the default of the gRPC exporters: a collector on
// the same machine rarely has a certificate.
const defaultEndpoint = "http://localhost:4317"

// signal is traces, metrics or logs.
type signal string

const (
	traces  signal = "traces"
	metrics signal = "metrics"
	logs    signal = "logs"
)

// env reads the variable of this signal or, if it is not set, that of all signals. In
// format, %s is replaced by TRACES_, METRICS_ or LOGS_, or by nothing.
func (s signal) env(format string) (name, value string) {
	name = fmt.Sprintf(format, strings.ToUpper(string(s))+"_")
	if v := os.Getenv(name); v != "" {
		return name, v
	}
	name = fmt.Sprintf(format, "")
	return name, os.Getenv(name)
}

// target is the destination of the exporter of one signal.
type target struct {
	protocol Protocol
	headers  map[string]string

	// explicit is true if the endpoint comes from an option or the default. It must
	// then be passed to the exporter, which reads only variables itself.
	explicit bool
	host     string
	path     string
	insecure bool
}

func (c *config) target(s signal) (target, error) {
	name, raw := "endpoint", c.endpoint
	explicit := raw != ""
	if !explicit {
		name, raw = s.env("OTEL_EXPORTER_OTLP_%sENDPOINT")
	}
	if raw == "" {
		explicit, raw = true, defaultEndpoint
		if c.protocol == HTTP {
			raw = "http://localhost:4318"
		}
		if _, v := s.env("OTEL_EXPORTER_OTLP_%sPROTOCOL"); c.protocol == "" && Protocol(v) == HTTP {
			raw = "http://localhost:4318"
		}
	}
	u, err := url.Parse(raw)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return target{}, fmt.Errorf("%s %q: expected a URL such as %s", name, raw, defaultEndpoint)
	}
	t := target{
		headers:  c.headers,
		explicit: explicit,
		host:     u.Host,
		path:     strings.TrimSuffix(u.Path, "/") + "/v1/" + string(s),
		insecure: u.Scheme == "http",
	}
	t.protocol, err = c.protocolFor(s, u)
	return t, err
}

func (c *config) protocolFor(s signal, u *url.URL) (Protocol, error) {
	name, p := "protocol", c.protocol
	if p == "" {
		var v string
		name, v = s.env("OTEL_EXPORTER_OTLP_%sPROTOCOL")
		p = Protocol(v)
	}
	switch p {
	case GRPC, HTTP:
		return p, nil
	case "":
		if u.Port() == "4318" {
			return HTTP, nil
		}
		return GRPC, nil
	}
	return "", fmt.Errorf("%s %q: expected %q or %q", name, p, GRPC, HTTP)
}

// exporterName reads OTEL_<SIGNAL>_EXPORTER, which must be one of allowed.
func (s signal) exporterName(allowed ...string) (string, error) {
	name := "OTEL_" + strings.ToUpper(string(s)) + "_EXPORTER"
	v := os.Getenv(name)
	if v == "" {
		return allowed[0], nil
	}
	for _, a := range allowed {
		if v == a {
			return v, nil
		}
	}
	return "", fmt.Errorf("%s %q: expected one of %s", name, v, strings.Join(allowed, ", "))
}
