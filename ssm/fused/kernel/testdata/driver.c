// Runs the kernels over many shapes and options, for a build with sanitizers: every array has exactly the size that the
// interface asks for, and every result must be a number.
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "../conv.h"
#include "../scan.h"

static unsigned state = 1;

// draw is a pseudorandom number in [0, 1).
static float draw(void) {
  state = state * 1664525u + 1013904223u;
  return (float)(state >> 8) / (1 << 24);
}

static float *array(int wanted, int64_t n, float low, float high) {
  if (!wanted) return NULL;
  float *x = malloc((size_t)n * sizeof *x);
  for (int64_t i = 0; i < n; i++) x[i] = low + (high - low) * draw();
  return x;
}

static void must_be_numbers(const char *what, const float *x, int64_t n) {
  for (int64_t i = 0; x && i < n; i++)
    if (!isfinite(x[i])) {
      printf("%s[%lld] is %g\n", what, (long long)i, x[i]);
      exit(1);
    }
}

static void run_scan(mm_scan_dims d, int options) {
  int64_t steps = d.batch * d.length * d.channels, projections = d.batch * d.length * d.groups * d.state;
  int64_t states = d.batch * d.channels * d.state, matrix = d.channels * d.state;
  int skip = options & 1, gate = options & 2, bias = options & 4, initial = options & 8;
  d.softplus = options >> 4 & 1;
  d.reverse = options >> 5 & 1;
  mm_scan_inputs in = {
      array(1, steps, -1, 1), array(1, steps, 0.05f, 1), array(1, matrix, -2, -0.1f), array(1, projections, -1, 1),
      array(1, projections, -1, 1), array(skip, d.channels, -1, 1), array(gate, steps, -3, 3),
      array(bias, d.channels, 0, 1), array(initial, states, -1, 1),
  };
  float *y = array(1, steps, NAN, NAN), *last = array(initial, states, NAN, NAN);
  float *starts = array(1, (int64_t)mm_scan_starts_size(&d), NAN, NAN);
  float *gy = array(1, steps, -1, 1), *glast = array(initial, states, -1, 1);
  mm_scan_gradients g = {
      array(1, steps, NAN, NAN), array(1, steps, NAN, NAN), array(1, matrix, NAN, NAN), array(1, projections, NAN, NAN),
      array(1, projections, NAN, NAN), array(skip, d.channels, NAN, NAN), array(gate, steps, NAN, NAN),
      array(bias, d.channels, NAN, NAN), array(initial, states, NAN, NAN),
  };
  if (mm_scan_forward(&d, &in, y, last, NULL) || mm_scan_forward(&d, &in, y, last, starts) ||
      mm_scan_backward(&d, &in, starts, gy, glast, &g)) {
    printf("a scan failed\n");
    exit(1);
  }
  const struct { const char *name; float *x; int64_t n; } results[] = {
      {"y", y, steps}, {"last", last, states}, {"gradient of u", g.u, steps}, {"gradient of delta", g.delta, steps},
      {"gradient of A", g.a, matrix}, {"gradient of B", g.b, projections}, {"gradient of C", g.c, projections},
      {"gradient of D", g.d, d.channels}, {"gradient of z", g.z, steps}, {"gradient of bias", g.delta_bias, d.channels},
      {"gradient of h0", g.h0, states},
  };
  for (size_t i = 0; i < sizeof results / sizeof *results; i++) {
    must_be_numbers(results[i].name, results[i].x, results[i].n);
    free(results[i].x);
  }
  const float *inputs[] = {in.u, in.delta, in.a, in.b, in.c, in.d, in.z, in.delta_bias, in.h0, starts, gy, glast};
  for (size_t i = 0; i < sizeof inputs / sizeof *inputs; i++) free((void *)inputs[i]);
}

static void run_conv(mm_conv_dims d, int options) {
  int64_t size = d.batch * d.height * d.width * d.channels, taps = d.rows * d.columns * d.channels;
  int bias = options & 1;
  d.silu = options >> 1 & 1;
  d.mirrored = options >> 2 & 1;
  d.top = (options >> 3) % d.rows;
  d.left = (options >> 4) % d.columns;
  mm_conv_inputs in = {array(1, size, -1, 1), array(1, taps, -1, 1), array(bias, d.channels, -1, 1)};
  float *y = array(1, size, NAN, NAN), *gy = array(1, size, -1, 1);
  mm_conv_gradients g = {array(1, size, NAN, NAN), array(1, taps, NAN, NAN), array(bias, d.channels, NAN, NAN)};
  if (mm_conv_forward(&d, &in, y) || mm_conv_backward(&d, &in, gy, &g)) {
    printf("a convolution failed\n");
    exit(1);
  }
  must_be_numbers("y", y, size);
  must_be_numbers("gradient of x", g.x, size);
  must_be_numbers("gradient of the taps", g.taps, taps);
  must_be_numbers("gradient of the bias", g.bias, d.channels);
  float *arrays[] = {(float *)in.x, (float *)in.taps, (float *)in.bias, y, gy, g.x, g.taps, g.bias};
  for (size_t i = 0; i < sizeof arrays / sizeof *arrays; i++) free(arrays[i]);
}

// run_convs runs the convolutions of one instruction set.
static int run_convs(void) {
  const int64_t batches[] = {0, 1, 5, 140}, channels[] = {1, 16, 40, 200}, sizes[][2] = {{1, 0}, {1, 1}, {1, 7}, {1, 150}, {5, 6}, {3, 40}};
  const int64_t taps[][2] = {{1, 1}, {1, 2}, {1, 3}, {1, 4}, {1, 64}, {3, 3}, {5, 2}, {8, 8}};
  int convs = 0;
  for (int b = 0; b < 4; b++)
    for (int c = 0; c < 4; c++)
      for (int s = 0; s < 6; s++)
        for (int t = 0; t < 8; t++) {
          mm_scan_set_threads(1 + convs % 3);
          mm_conv_dims d = {batches[b], sizes[s][0], sizes[s][1], channels[c], taps[t][0], taps[t][1], 0, 0, 0, 0};
          if (d.batch * d.height * d.width * d.channels * d.rows * d.columns > 200000) continue;
          run_conv(d, convs * 37 % 256);
          convs++;
        }
  return convs;
}

int main(void) {
  const int64_t batches[] = {0, 1, 3, 70}, lengths[] = {0, 1, 5, 8, 21}, groups[] = {1, 2};
  const int64_t channels[] = {1, 7, 16, 40, 130}, sizes[] = {1, 4, 16, 21};
  const char *isas[] = {"avx512", "avx2", "portable"};
  int scans = 0, convs = 0;
  for (int isa = 0; isa < 3; isa++) {
    if (mm_scan_set_isa(isas[isa])) continue;
    for (int b = 0; b < 4; b++)
      for (int l = 0; l < 5; l++)
        for (int c = 0; c < 5; c++)
          for (int n = 0; n < 4; n++)
            for (int k = 0; k < 2; k++) {
              mm_scan_set_threads(1 + scans % 3);
              mm_scan_dims d = {batches[b], lengths[l], channels[c] * groups[k], sizes[n], groups[k], 0, 0};
              run_scan(d, scans * 37 % 64);
              scans++;
            }
    convs += run_convs();
    for (int f = MM_SCAN_EXP2; f <= MM_SCAN_SILU; f++) {
      float x[] = {-INFINITY, -1e30f, -130, -1, -0.0f, NAN, 0, 1e-40f, 1, 130, 1e30f, INFINITY}, out[12];
      for (int64_t many = 1; many <= 12; many++) mm_scan_math(f, x, out, many);
    }
  }
  printf("%d scans, %d convolutions\n", scans, convs);
  return 0;
}
