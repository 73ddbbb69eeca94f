// The kernels for processors with AVX2 and FMA: 8 channels per vector.
#if defined(__x86_64__)

#include "scan_internal.h"

#include <string.h>

#if defined(__clang__)
#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#else
#pragma GCC target("avx2,fma")
#endif

#define KERNEL mm_kernel_avx2
#define NAME "avx2"
#define NARROW NULL
#define SLAB 8 // states whose recurrence a loop over time holds in registers
#define EXP2_UNIT 0.5f

#include "scan_vec8.h"

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

#include "scan_impl.h"

#if defined(__clang__)
#pragma clang attribute pop
#endif

#endif
