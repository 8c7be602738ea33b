// Package formdata reads the short fields of multipart/form-data that arrives in
// pieces, after RFC 7578. Files and long values are skipped at little more than
// the cost of looking for the next line break, and none of them is held.
package formdata
