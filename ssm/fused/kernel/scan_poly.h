// The polynomial of v_exp2, for files that define v_set1 and v_fma.

// v_exp2_poly is 2^f for |f| <= 1/2, to 2.6e-9.
INLINE vf v_exp2_poly(vf f) {
  vf p = v_set1(0.00015594677824992687f);
  p = v_fma(p, f, v_set1(0.0013406643411144614f));
  p = v_fma(p, f, v_set1(0.009617692790925503f));
  p = v_fma(p, f, v_set1(0.055503103882074356f));
  p = v_fma(p, f, v_set1(0.24022652208805084f));
  p = v_fma(p, f, v_set1(0.6931472420692444f));
  return v_fma(p, f, v_set1(1.0f));
}
