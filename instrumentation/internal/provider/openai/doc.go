// Package openai reads the APIs of OpenAI: chat completions, responses,
// completions, embeddings, images and transcriptions. [Protocol] has the rules
// by which the many vendors with the same API count differently.
//
// Source: the API reference at platform.openai.com/docs/api-reference.
package openai
