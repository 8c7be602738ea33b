// Package openai reads the APIs of OpenAI: chat completions, responses,
// completions, embeddings, images and transcriptions. [New] makes the
// variants of the many vendors who offer the same API and count differently.
//
// Source: the API reference at platform.openai.com/docs/api-reference.
package openai
