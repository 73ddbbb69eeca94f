// Elementary functions on vectors. An instruction set's file defines the vectors before it includes this file:
// the type vf of W floats with C's operators, v_set1, v_fma, v_round (to nearest), v_min and v_max (NaN where the
// second argument is), v_abs, v_select (by the sign of the first argument), v_reciprocal
// (of numbers from 1 to 2) and v_exp2; v_exp2(x) is 2^(x/EXP2_UNIT).
//
// None of them hides NaN. The polynomials are minimax fits of the relative error.

// v_exp is exp(x). Beyond the clamp it is 0 and infinity; inside, x = r ln 2 + f, with ln 2 in two parts of which the
// first has few enough digits for exact products.
INLINE vf v_exp(vf x) {
  const float high = 0.693359375f, low = -2.12194440e-4f;
  x = v_min(v_set1(89.0f), v_max(v_set1(-104.0f), x));
  vf r = v_round(x * v_set1(LOG2E));
  vf f = v_fma(r, v_set1(-low), v_fma(r, v_set1(-high), x));
  vf p = v_set1(0.0014061240945011377f);
  p = v_fma(p, f, v_set1(0.008379011414945126f));
  p = v_fma(p, f, v_set1(0.04166477546095848f));
  p = v_fma(p, f, v_set1(0.16666366159915924f));
  p = v_fma(p, f, v_set1(0.5000000596046448f));
  p = v_fma(p, f, v_set1(1.0f));
  return v_scale(v_fma(p, f, v_set1(1.0f)), r);
}

// v_log1p_unit is log(1 + t) for 0 <= t <= 1, to 3.3e-8.
INLINE vf v_log1p_unit(vf t) {
  vf p = v_set1(0.005364829208701849f);
  p = v_fma(p, t, v_set1(-0.030065810307860374f));
  p = v_fma(p, t, v_set1(0.07920456677675247f));
  p = v_fma(p, t, v_set1(-0.13753804564476013f));
  p = v_fma(p, t, v_set1(0.1915365606546402f));
  p = v_fma(p, t, v_set1(-0.24857163429260254f));
  p = v_fma(p, t, v_set1(0.3332132399082184f));
  p = v_fma(p, t, v_set1(-0.49999648332595825f));
  p = v_fma(p, t, v_set1(1.0f));
  return p * t;
}

// v_softplus is log(1 + exp(x)) = max(x, 0) + log(1 + exp(-|x|)).
INLINE vf v_softplus(vf x) { return v_max(v_set1(0.0f), x) + v_log1p_unit(v_exp(-v_abs(x))); }

// v_logistic returns 1/(1 + exp(-x)), and 1 minus that, without cancellation.
INLINE vf v_logistic(vf x, vf *complement) {
  vf t = v_exp(-v_abs(x));
  vf large = v_reciprocal(v_set1(1.0f) + t), small = t * large;
  *complement = v_select(x, small, large);
  return v_select(x, large, small);
}

// v_silu is x/(1 + exp(-x)), by exp(-|x|): that can't overflow.
INLINE vf v_silu(vf x) {
  vf t = v_exp(-v_abs(x));
  return v_select(x, x, x * t) * v_reciprocal(v_set1(1.0f) + t);
}

static void math(int function, const float *x, float *y, int64_t n) {
  for (int64_t i = 0; i < n; i += W) {
    int lanes = n - i < W ? (int)(n - i) : W;
    vf v = v_load_part(x + i, lanes), complement;
    switch (function) {
    case MM_SCAN_EXP2: v = v_exp2(v * v_set1(EXP2_UNIT)); break;
    case MM_SCAN_EXP: v = v_exp(v); break;
    case MM_SCAN_SOFTPLUS: v = v_softplus(v); break;
    case MM_SCAN_SIGMOID: v = v_logistic(v, &complement); break;
    case MM_SCAN_SILU: v = v_silu(v); break;
    }
    v_store_part(y + i, lanes, v);
  }
}
