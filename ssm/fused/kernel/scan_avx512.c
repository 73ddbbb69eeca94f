// The kernels for processors with AVX-512 (F, DQ and VL): 16 channels per vector.
#if defined(__x86_64__)

#include "scan_internal.h"

#include <string.h>

#if defined(__clang__)
#pragma clang attribute push(__attribute__((target("avx512f,avx512dq,avx2,fma"))), apply_to = function)
#else
#pragma GCC target("avx512f,avx512dq,avx2,fma")
#endif

#include <immintrin.h>

#define INLINE static inline __attribute__((always_inline))
#define KERNEL mm_kernel_avx512
#define NAME "avx512"
#define NARROW &mm_kernel_avx512_narrow
#define W 16
#define SLAB 16 // states whose recurrence a loop over time holds in registers
#define EXP2_UNIT 1.0f

typedef __m512 vf;

INLINE vf v_load(const float *p) { return _mm512_loadu_ps(p); }
INLINE void v_store(float *p, vf v) { _mm512_storeu_ps(p, v); }
INLINE void v_stream(float *p, vf v) { _mm512_stream_ps(p, v); }
INLINE void v_fence(void) { _mm_sfence(); }
INLINE vf v_set1(float x) { return _mm512_set1_ps(x); }
INLINE vf v_fma(vf a, vf b, vf c) { return _mm512_fmadd_ps(a, b, c); }
INLINE vf v_min(vf a, vf b) { return _mm512_min_ps(a, b); }
INLINE vf v_max(vf a, vf b) { return _mm512_max_ps(a, b); }
INLINE vf v_abs(vf a) { return _mm512_abs_ps(a); }
INLINE vf v_round(vf a) { return _mm512_roundscale_ps(a, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC); }
INLINE vf v_scale(vf a, vf r) { return _mm512_scalef_ps(a, r); }

INLINE vf v_select(vf sign, vf positive, vf negative) {
  return _mm512_mask_blend_ps(_mm512_movepi32_mask(_mm512_castps_si512(sign)), positive, negative);
}

// v_reciprocal is an estimate of 14 bits and one step of Newton's method.
INLINE vf v_reciprocal(vf a) {
  vf r = _mm512_rcp14_ps(a);
  return v_fma(r, v_fma(-a, r, v_set1(1.0f)), r);
}

INLINE vf v_load_part(const float *p, int lanes) {
  return lanes == W ? v_load(p) : _mm512_maskz_loadu_ps((__mmask16)((1u << lanes) - 1), p);
}

INLINE void v_store_part(float *p, int lanes, vf v) {
  if (lanes == W) v_store(p, v);
  else _mm512_mask_storeu_ps(p, (__mmask16)((1u << lanes) - 1), v);
}

#include "scan_poly.h"

// v_exp2: scalef multiplies by a power of two with one rounding, also into denormals; reduce is x - round(x), and 0
// for an infinite x.
INLINE vf v_exp2(vf x) {
  return v_scale(v_exp2_poly(_mm512_reduce_ps(x, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC)), v_round(x));
}

// v_quads reads four floats from each of p, p + stride, ...
INLINE vf v_quads(const float *p, int64_t stride) {
  vf v = _mm512_castps128_ps512(_mm_loadu_ps(p));
  v = _mm512_insertf32x4(v, _mm_loadu_ps(p + stride), 1);
  v = _mm512_insertf32x4(v, _mm_loadu_ps(p + 2 * stride), 2);
  return _mm512_insertf32x4(v, _mm_loadu_ps(p + 3 * stride), 3);
}

// v_transpose_quads transposes the 4x4 matrix that each quarter of the vectors makes.
INLINE void v_transpose_quads(vf q[4]) {
  __m512d a = _mm512_castps_pd(_mm512_unpacklo_ps(q[0], q[1])), b = _mm512_castps_pd(_mm512_unpackhi_ps(q[0], q[1]));
  __m512d c = _mm512_castps_pd(_mm512_unpacklo_ps(q[2], q[3])), d = _mm512_castps_pd(_mm512_unpackhi_ps(q[2], q[3]));
  q[0] = _mm512_castpd_ps(_mm512_unpacklo_pd(a, c));
  q[1] = _mm512_castpd_ps(_mm512_unpackhi_pd(a, c));
  q[2] = _mm512_castpd_ps(_mm512_unpacklo_pd(b, d));
  q[3] = _mm512_castpd_ps(_mm512_unpackhi_pd(b, d));
}

// v_sums adds up the lanes of each of 16 vectors.
INLINE vf v_sums(const vf v[W]) {
  vf quads[4];
  for (int i = 0; i < 4; i++) { // lane j of each quarter: part of the sum of vector 4i + j
    const vf *q = v + 4 * i;
    vf p = _mm512_unpacklo_ps(q[0], q[1]) + _mm512_unpackhi_ps(q[0], q[1]);
    vf r = _mm512_unpacklo_ps(q[2], q[3]) + _mm512_unpackhi_ps(q[2], q[3]);
    __m512d pd = _mm512_castps_pd(p), rd = _mm512_castps_pd(r);
    quads[i] = _mm512_castpd_ps(_mm512_unpacklo_pd(pd, rd)) + _mm512_castpd_ps(_mm512_unpackhi_pd(pd, rd));
  }
  vf p = _mm512_shuffle_f32x4(quads[0], quads[1], 0x88) + _mm512_shuffle_f32x4(quads[0], quads[1], 0xdd);
  vf r = _mm512_shuffle_f32x4(quads[2], quads[3], 0x88) + _mm512_shuffle_f32x4(quads[2], quads[3], 0xdd);
  return _mm512_shuffle_f32x4(p, r, 0x88) + _mm512_shuffle_f32x4(p, r, 0xdd);
}

#include "scan_impl.h"

#if defined(__clang__)
#pragma clang attribute pop
#endif

#endif
