// Loops that find out what the processor can do at most.
#ifndef MAMBAMIXER_LIMITS_H
#define MAMBAMIXER_LIMITS_H

#include <stdint.h>

// mm_triad computes a = b + 3 c.
void mm_triad(float *a, const float *b, const float *c, int64_t size);

// mm_fma runs about this many fused multiply-adds on vectors of 16 numbers, independent enough to keep every unit busy,
// and returns how many it ran: 0 where the processor has no such vectors.
int64_t mm_fma(int64_t count);

#endif
