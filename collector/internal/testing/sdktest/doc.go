// Package sdktest tests the transport with the vendors' official Go SDKs as
// clients: openai-go and anthropic-sdk-go get the same answers with and without
// it, and it records what the vendor served. The instrumentation module does not
// require the SDKs, so the tests are here.
package sdktest
