// Package web is the page: its built files, which dist holds, and the handler
// that serves them. The build tag no_ui leaves the files out.
package web
