// Package sdktest proves the transport with the vendors' official Go SDKs as
// clients: what openai-go and anthropic-sdk-go get through it is what they get
// without it, and what it records is what the vendor served. The SDKs are not
// requirements of the root module, so the proof lives here.
package sdktest
