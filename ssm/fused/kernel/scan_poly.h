// The polynomial of v_exp2, a minimax fit of the relative error, for files that define v_set1 and v_fma.

// exp2_fit are the coefficients, from the highest power.
static const float exp2_fit[] = {0.00015594677824992687f, 0.0013406643411144614f, 0.009617692790925503f,
                                 0.055503103882074356f,   0.24022652208805084f,   0.6931472420692444f, 1.0f};

// v_exp2_poly is 2^f for |f| <= 1/2, to 2.6e-9. The empty assembly makes the compiler read the coefficients from memory
// at every use, which costs nothing, and leave the registers to the states.
INLINE vf v_exp2_poly(vf f) {
  const float *c = exp2_fit;
  __asm__ volatile("" : "+r"(c));
  vf p = v_set1(c[0]);
#pragma GCC unroll 6
  for (int i = 1; i < 7; i++) p = v_fma(p, f, v_set1(c[i]));
  return p;
}
