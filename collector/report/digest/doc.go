// Package digest tells in ten lines what a day, a week or a month cost, and sends
// them to Slack, Microsoft Teams or by e-mail.
package digest
