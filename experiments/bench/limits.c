#include "limits.h"

void mm_triad(float *a, const float *b, const float *c, int64_t size) {
  for (int64_t i = 0; i < size; i++) a[i] = b[i] + 3.0f * c[i];
}

#if defined(__x86_64__)
#include <immintrin.h>

enum { CHAINS = 12 };

__attribute__((target("avx512f"))) static int64_t fma_avx512(int64_t count) {
  __m512 x[CHAINS], half = _mm512_set1_ps(0.5f), one = _mm512_set1_ps(1.0f);
#pragma GCC unroll 12
  for (int i = 0; i < CHAINS; i++) x[i] = one;
  int64_t rounds = count / CHAINS;
  for (int64_t r = 0; r < rounds; r++) {
#pragma GCC unroll 12
    for (int i = 0; i < CHAINS; i++) // in assembly, because the compiler would see that nobody needs the results
      __asm__ volatile("vfmadd213ps %2, %1, %0" : "+v"(x[i]) : "v"(half), "v"(one));
  }
  return rounds * CHAINS;
}

int64_t mm_fma(int64_t count) { return __builtin_cpu_supports("avx512f") ? fma_avx512(count) : 0; }
#else
int64_t mm_fma(int64_t count) { return 0 * count; }
#endif
