// Package genai is the vocabulary that providers and the transport share: what
// a request asks for, what a response reports, what was used, and how a
// provider describes its endpoints. It does no I/O.
package genai
