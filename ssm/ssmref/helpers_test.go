package ssmref_test

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"mambamixer/ssm/ssmref"
)

// mustBeClose fails when the largest difference is more than tolerance times the largest wanted value.
func mustBeClose(t *testing.T, what string, got, want []float64, tolerance float64) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%s has %d values, want %d", what, len(got), len(want))
	}
	miss, scale := 0.0, 0.0
	for i := range want {
		miss = max(miss, math.Abs(got[i]-want[i]))
		scale = max(scale, math.Abs(want[i]))
	}
	if !(miss <= tolerance*scale) {
		t.Errorf("%s is off by %.2g of its largest value, more than %.2g\n got %v\nwant %v", what, miss/scale, tolerance, got, want)
	}
}

// differences is the gradient of a loss with respect to values, by central differences.
func differences(values []float64, loss func() float64) []float64 {
	gradient := make([]float64, len(values))
	for i, value := range values {
		const eps = 1e-5
		values[i] = value + eps
		up := loss()
		values[i] = value - eps
		gradient[i] = (up - loss()) / (2 * eps)
		values[i] = value
	}
	return gradient
}

func panicMessage(call func()) (message string) {
	defer func() { message = fmt.Sprint(recover()) }()
	call()
	return ""
}

func dot(a, b []float64) (sum float64) {
	for i := range a {
		sum += a[i] * b[i]
	}
	return sum
}

// combine is p*a + q*b.
func combine(p float64, a []float64, q float64, b []float64) []float64 {
	sum := make([]float64, len(a))
	for i := range a {
		sum[i] = p*a[i] + q*b[i]
	}
	return sum
}

// pick takes the columns [from, from+count) of a matrix with the given number of columns.
func pick(x []float64, columns, from, count int) (picked []float64) {
	for row := range slices.Chunk(x, columns) {
		picked = append(picked, row[from:from+count]...)
	}
	return picked
}

// flipTime reverses the second axis of [batch, length, ...].
func flipTime(x []float64, batch, length int) (flipped []float64) {
	for sequence := range slices.Chunk(x, len(x)/batch) {
		steps := slices.Collect(slices.Chunk(sequence, len(sequence)/length))
		slices.Reverse(steps)
		flipped = append(flipped, slices.Concat(steps...)...)
	}
	return flipped
}

// between cuts the time steps [from, to) out of every input that has a time axis.
func between(in ssmref.Inputs, from, to int) ssmref.Inputs {
	cut := in
	for _, field := range []*[]float64{&cut.U, &cut.Delta, &cut.B, &cut.C, &cut.Z} {
		*field = cutTime(*field, in.Batch, in.Length, from, to)
	}
	cut.Length = to - from
	return cut
}

// cutTime cuts [from, to) out of the second axis of [batch, length, ...].
func cutTime(x []float64, batch, length, from, to int) []float64 {
	step := len(x) / (batch * length)
	return pick(x, length*step, from*step, (to-from)*step)
}
