// Package demo is a small multi-agent application: a planner, a researcher
// with tools and a writer prepare briefings for the people of a made-up
// company. It talks to LLM vendors through the official SDKs and the
// project's own transport, and is what a user's application looks like.
package demo
