package reprice

// Windows is windows, for tests.
var Windows = windows
