// The kernels for groups of at most 8 channels on processors with AVX-512 (F, DQ and VL): half a vector would leave the
// other half idle, and a processor that works through 512 bits in two halves does both.
#if defined(__x86_64__)

#include "scan_internal.h"

#include <string.h>

#if defined(__clang__)
#pragma clang attribute push(__attribute__((target("avx512f,avx512dq,avx512vl,avx2,fma"))), apply_to = function)
#else
#pragma GCC target("avx512f,avx512dq,avx512vl,avx2,fma")
#endif

#define KERNEL mm_kernel_avx512_narrow
#define NAME "avx512"
#define NARROW NULL
#define SLAB 16 // states whose recurrence a loop over time holds in registers
#define EXP2_UNIT 1.0f

#include "scan_vec8.h"

INLINE vf v_scale(vf a, vf r) { return _mm256_scalef_ps(a, r); }

// v_reciprocal is an estimate of 14 bits and one step of Newton's method.
INLINE vf v_reciprocal(vf a) {
  vf r = _mm256_rcp14_ps(a);
  return v_fma(r, v_fma(-a, r, v_set1(1.0f)), r);
}

INLINE vf v_load_part(const float *p, int lanes) {
  return lanes == W ? v_load(p) : _mm256_maskz_loadu_ps((__mmask8)((1u << lanes) - 1), p);
}

INLINE void v_store_part(float *p, int lanes, vf v) {
  if (lanes == W) v_store(p, v);
  else _mm256_mask_storeu_ps(p, (__mmask8)((1u << lanes) - 1), v);
}

#include "scan_poly.h"

// v_exp2 is that of scan_avx512.c.
INLINE vf v_exp2(vf x) {
  return v_scale(v_exp2_poly(_mm256_reduce_ps(x, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC)), v_round(x));
}

#include "scan_impl.h"

#if defined(__clang__)
#pragma clang attribute pop
#endif

#endif
