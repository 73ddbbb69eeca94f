// The kernels for processors with AVX2 and FMA: 8 channels per vector.
#if defined(__x86_64__)

#include "scan_internal.h"

#include <string.h>

#if defined(__clang__)
#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#else
#pragma GCC target("avx2,fma")
#endif

#include <immintrin.h>

#define INLINE static inline __attribute__((always_inline))
#define KERNEL mm_kernel_avx2
#define NAME "avx2"
#define W 8
#define SLAB 8 // states whose recurrence a loop over time holds in registers
#define EXP2_UNIT 0.5f

typedef __m256 vf;

INLINE vf v_load(const float *p) { return _mm256_loadu_ps(p); }
INLINE void v_store(float *p, vf v) { _mm256_storeu_ps(p, v); }
INLINE void v_stream(float *p, vf v) { _mm256_stream_ps(p, v); }
INLINE void v_fence(void) { _mm_sfence(); }
INLINE vf v_set1(float x) { return _mm256_set1_ps(x); }
INLINE vf v_fma(vf a, vf b, vf c) { return _mm256_fmadd_ps(a, b, c); }
INLINE vf v_min(vf a, vf b) { return _mm256_min_ps(a, b); }
INLINE vf v_max(vf a, vf b) { return _mm256_max_ps(a, b); }
INLINE vf v_abs(vf a) { return _mm256_andnot_ps(_mm256_set1_ps(-0.0f), a); }
INLINE vf v_round(vf a) { return _mm256_round_ps(a, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC); }
INLINE vf v_select(vf sign, vf positive, vf negative) { return _mm256_blendv_ps(positive, negative, sign); }

INLINE __m256i lane_mask(int lanes) {
  return _mm256_cmpgt_epi32(_mm256_set1_epi32(lanes), _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7));
}

INLINE vf v_reciprocal(vf a) { return v_set1(1.0f) / a; }

INLINE vf v_load_part(const float *p, int lanes) {
  return lanes == W ? v_load(p) : _mm256_maskload_ps(p, lane_mask(lanes));
}

INLINE void v_store_part(float *p, int lanes, vf v) {
  if (lanes == W) v_store(p, v);
  else _mm256_maskstore_ps(p, lane_mask(lanes), v);
}

// shift_exponent multiplies a by 2^n for normal results.
INLINE vf shift_exponent(vf a, __m256i n) {
  return _mm256_castsi256_ps(_mm256_add_epi32(_mm256_castps_si256(a), _mm256_slli_epi32(n, 23)));
}

// v_scale is a*2^r for a near 1 and |r| <= 252, in two steps because the result may be denormal or infinite.
INLINE vf v_scale(vf a, vf r) {
  __m256i n = _mm256_cvtps_epi32(r), half = _mm256_srai_epi32(n, 1);
  return shift_exponent(a, half) * shift_exponent(v_set1(1.0f), _mm256_sub_epi32(n, half));
}

#include "scan_poly.h"

// v_exp2 is (2^x)^2: 2^x is normal wherever the square is neither 0 nor infinite. Adding 1.5*2^23 rounds x to an
// integer and leaves it in the low bits.
INLINE vf v_exp2(vf x) {
  const vf magic = v_set1(12582912.0f);
  x = v_min(v_set1(70.0f), v_max(v_set1(-80.0f), x));
  vf t = x + magic;
  vf root = shift_exponent(v_exp2_poly(x - (t - magic)), _mm256_castps_si256(t));
  return root * root;
}

// v_quads reads four floats from each of p and p + stride.
INLINE vf v_quads(const float *p, int64_t stride) { return _mm256_loadu2_m128(p + stride, p); }

// v_transpose_quads transposes the 4x4 matrix that each half of the vectors makes.
INLINE void v_transpose_quads(vf q[4]) {
  __m256d a = _mm256_castps_pd(_mm256_unpacklo_ps(q[0], q[1])), b = _mm256_castps_pd(_mm256_unpackhi_ps(q[0], q[1]));
  __m256d c = _mm256_castps_pd(_mm256_unpacklo_ps(q[2], q[3])), d = _mm256_castps_pd(_mm256_unpackhi_ps(q[2], q[3]));
  q[0] = _mm256_castpd_ps(_mm256_unpacklo_pd(a, c));
  q[1] = _mm256_castpd_ps(_mm256_unpackhi_pd(a, c));
  q[2] = _mm256_castpd_ps(_mm256_unpacklo_pd(b, d));
  q[3] = _mm256_castpd_ps(_mm256_unpackhi_pd(b, d));
}

// v_sums adds up the lanes of each of 8 vectors.
INLINE vf v_sums(const vf v[W]) {
  vf quads[2];
  for (int i = 0; i < 2; i++) { // lane j of each half: part of the sum of vector 4i + j
    const vf *q = v + 4 * i;
    quads[i] = _mm256_hadd_ps(_mm256_hadd_ps(q[0], q[1]), _mm256_hadd_ps(q[2], q[3]));
  }
  return _mm256_permute2f128_ps(quads[0], quads[1], 0x20) + _mm256_permute2f128_ps(quads[0], quads[1], 0x31);
}

#include "scan_impl.h"

#if defined(__clang__)
#pragma clang attribute pop
#endif

#endif
