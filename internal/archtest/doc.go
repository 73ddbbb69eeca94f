// Package archtest holds the test that guards which way imports point in this project. The rules are those of
// docs/architecture.md; a change to one is a change to both.
package archtest
