// Package fused lets GoMLX graphs on XLA's CPU backend call the kernels of package kernel, for the scan and the
// convolution in front of it, forward and backward.
//
// XLA calls code of others through its typed FFI: a handler is registered under a name, and the program has a custom
// call of that name. go-xla can neither register one nor write one, so this package does both beside it:
//
//   - install.c finds the FFI extension in the plugin's function table, registers the handlers of scan_handlers.c
//     and conv_handlers.c, and puts a function of its own in the place of the table's compile function;
//   - scan.go and conv.go say what each kernel is called with, and call.go marks the custom call in the graph by the call
//     of a function with a telling name;
//   - rewrite.go turns the marked calls of a program into custom calls on its way to the compiler.
//
// All of this depends on how a version of go-xla writes programs and on the plugin having the extension. Available
// therefore ends with a self-test, and when anything is amiss the graph methods of package ssm are used instead. A
// marked call that reached the compiler as it is would give NaN.
package fused
