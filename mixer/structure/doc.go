// Package structure is how a model says what it is made of: a tree of parts with their shapes and what they learn. A
// configuration gives it (mixer.Config.Structure, tsm2.Config.Structure), plots.Diagram draws it, so a figure changes
// when the configuration does.
//
//	Series       parts, one after the other
//	Sum, Product parts side by side, each given the same input, joined by addition or elementwise multiplication
//	Stack        mixers; the input of each is what [Term] says of earlier outputs
//
// Every other kind is one operation. A part lists its variables by their paths in the model, and tests hold the list
// against the variables of the model that was built, path by path and shape by shape.
//
// The package knows neither graphs nor pictures.
package structure
