// Package plaintemplate executes templates in the language of text/template that
// use fields, variables, range, if and functions, but no methods. text/template
// looks methods up by a name that is known only when it runs, because of which the
// linker keeps every exported method of every type: 7 of the 96 MB of the binary.
package plaintemplate
