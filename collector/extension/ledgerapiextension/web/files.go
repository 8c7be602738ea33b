//go:build !no_ui

package web

import "embed"

// Included says whether the binary has the page.
const Included = true

//go:embed dist
var files embed.FS
