// The kernels for every other processor, in GCC's and Clang's vector extensions: 4 channels per vector.
#include "scan_internal.h"

#include <string.h>

#define INLINE static inline __attribute__((always_inline))
#define KERNEL mm_kernel_portable
#define NAME "portable"
#define NARROW NULL
#define W 4
#define SLAB 8 // states whose recurrence a loop over time holds in registers
#define EXP2_UNIT 0.5f

typedef float vf __attribute__((vector_size(16)));
typedef int32_t vi __attribute__((vector_size(16)));
typedef uint32_t vu __attribute__((vector_size(16)));

INLINE vf v_load(const float *p) {
  vf v;
  memcpy(&v, p, sizeof v);
  return v;
}

INLINE void v_store(float *p, vf v) { memcpy(p, &v, sizeof v); }
INLINE void v_stream(float *p, vf v) { v_store(p, v); }
INLINE void v_fence(void) { }
INLINE vf v_set1(float x) { return (vf){x, x, x, x}; }
INLINE vf v_fma(vf a, vf b, vf c) { return a * b + c; }
INLINE vf v_choose(vi mask, vf a, vf b) { return (vf)((mask & (vi)a) | (~mask & (vi)b)); }
INLINE vf v_min(vf a, vf b) { return v_choose(a < b, a, b); }
INLINE vf v_max(vf a, vf b) { return v_choose(a > b, a, b); }
INLINE vf v_abs(vf a) { return (vf)((vi)a & 0x7fffffff); }
INLINE vf v_select(vf sign, vf positive, vf negative) { return v_choose((vi)sign >> 31, negative, positive); }

INLINE vf v_reciprocal(vf a) { return v_set1(1.0f) / a; }

INLINE vf v_load_part(const float *p, int lanes) {
  if (lanes == W) return v_load(p);
  vf v = {0};
  for (int i = 0; i < lanes; i++) v[i] = p[i];
  return v;
}

INLINE void v_store_part(float *p, int lanes, vf v) {
  if (lanes == W) v_store(p, v);
  else for (int i = 0; i < lanes; i++) p[i] = v[i];
}

// Adding 1.5*2^23 rounds a float of moderate size to an integer and leaves it in the low bits.
#define MAGIC 12582912.0f

INLINE vf v_round(vf a) { return (a + MAGIC) - MAGIC; }

// shift_exponent multiplies a by 2^n for normal results.
INLINE vf shift_exponent(vf a, vi n) { return (vf)((vu)a + ((vu)n << 23)); }

// v_scale is a*2^r for a near 1 and |r| <= 252, in two steps because the result may be denormal or infinite.
INLINE vf v_scale(vf a, vf r) {
  vi n = (vi)(r + MAGIC) - (vi)v_set1(MAGIC), half = n >> 1;
  return shift_exponent(a, half) * shift_exponent(v_set1(1.0f), n - half);
}

#include "scan_poly.h"

// v_exp2 is (2^x)^2: 2^x is normal wherever the square is neither 0 nor infinite.
INLINE vf v_exp2(vf x) {
  x = v_min(v_set1(70.0f), v_max(v_set1(-80.0f), x));
  vf t = x + MAGIC;
  vf root = shift_exponent(v_exp2_poly(x - (t - MAGIC)), (vi)t);
  return root * root;
}

// v_quads and v_transpose_quads: with 4 channels per vector, these are a load and a transposition.
INLINE vf v_quads(const float *p, int64_t stride) {
  (void)stride;
  return v_load(p);
}

INLINE void v_transpose_quads(vf q[4]) {
  vf a = q[0], b = q[1], c = q[2], d = q[3];
  for (int i = 0; i < 4; i++) q[i] = (vf){a[i], b[i], c[i], d[i]};
}

// v_sums adds up the lanes of each of 4 vectors.
INLINE vf v_sums(const vf v[W]) {
  vf sums;
  for (int i = 0; i < W; i++) sums[i] = (v[i][0] + v[i][1]) + (v[i][2] + v[i][3]);
  return sums;
}

#include "scan_impl.h"
