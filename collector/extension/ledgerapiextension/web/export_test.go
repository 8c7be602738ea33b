package web

// Zipped is for the tests of the bundle, which write what the handler reads.
var Zipped = zipped
