// Package loop is an agent without a framework: a loop around the official
// OpenAI SDK that runs tools until the model is done, and hands over to another
// agent when the model says so. Every round is a step.
package loop
