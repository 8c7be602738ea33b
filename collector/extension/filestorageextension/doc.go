// Package filestorageextension is the Collector's file_storage with what the
// queue of a ledger needs on top: the requests that were being exported when a
// process ended need no room on the disk to be exported again, a request that
// was delivered is never lost for want of room, every request has a checksum,
// and a damaged file is renamed and the requests that can be read are kept.
//
// The file is that of the contrib extension: either opens what the other wrote.
package filestorageextension
