// What the kernels with vectors of 8 channels share, whatever else their instruction set has.
#include <immintrin.h>

#define INLINE static inline __attribute__((always_inline))
#define W 8

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
