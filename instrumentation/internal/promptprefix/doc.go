// Package promptprefix makes a short hash of the part of a request that is the
// same from call to call, so that repetition, which a vendor's prompt
// cache lives on, can be seen without what was said.
//
// The prefix is the tool definitions, the response format and the
// instructions: those the request names, and the messages of the roles system
// and developer that stand before all others. A request without tools and
// instructions has its first message for a prefix, or its prompt. What follows
// differs from call to call or grows with a conversation, and is left out. Of
// each of these parts [Bound] bytes count, so that calls of one hash have
// equal prefixes up to there.
//
// The order of the parts in the JSON does not matter: vendors put
// tools before instructions before messages whatever it is. The model is no
// part of it, though no cache is shared between models.
package promptprefix
