//go:build no_ui

package web

import "embed"

// Included says whether the binary has the page.
const Included = false

// files are none: the binary was built without the page.
var files embed.FS
