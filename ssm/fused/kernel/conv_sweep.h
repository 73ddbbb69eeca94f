// The convolution along a row, for one block of channels: a window of KH x KW vectors slides over the columns in registers.

// Rows of an array under the window: column j of row p is at row[p] + j*step[p], so that a row of zeros has step 0.
typedef struct {
  const float *row[MM_CONV_TAPS];
  int64_t step[MM_CONV_TAPS];
} mm_rows;

// A block's taps: those of row p and column q are at first + (p*KW + q)*step.
typedef struct {
  const float *first;
  int64_t step;
} mm_taps;

// What a sweep along columns from..to-1 of a row needs.
typedef struct {
  int64_t from, to;
  int64_t width, left; // columns there are; those in front of a window's middle
  int64_t ahead;       // how many floats on to ask for memory
  int lanes;
  mm_rows x;
  mm_taps taps;
  const float *bias;
  int silu;
  float *out; // column j is at out + j*step
  int64_t step;
  const float *gy; // likewise
  int64_t gy_step;
  float *sums; // [KH*KW + 1][W]
} mm_sweep;

static const float conv_zeros[W];

// slide moves the window on by one column and reads the new one; column NULL is outside.
INLINE void slide(const int KH, const int KW, const int lanes, vf *window, const mm_sweep *s, int64_t column, const int inside) {
#pragma GCC unroll 8
  for (int p = 0; p < KH; p++) {
#pragma GCC unroll 8
    for (int q = 1; q < KW; q++) window[p * KW + q - 1] = window[p * KW + q];
    window[p * KW + KW - 1] = inside ? v_load_part(s->x.row[p] + column * s->x.step[p], lanes) : v_set1(0.0f);
  }
}

// enter reads the window of the column before s->from, but for its first column, which goes as the window slides.
INLINE void enter(const int KH, const int KW, const int lanes, vf *window, const mm_sweep *s) {
#pragma GCC unroll 8
  for (int q = 0; q < KW - 1; q++) {
    int64_t column = s->from - s->left + q;
    if (column >= 0 && column < s->width) slide(KH, KW, lanes, window, s, column, 1);
    else slide(KH, KW, lanes, window, s, column, 0);
  }
}

INLINE void load_taps(const int KH, const int KW, const int lanes, vf *taps, const mm_taps *t) {
#pragma GCC unroll 16
  for (int k = 0; k < KH * KW; k++) taps[k] = v_load_part(t->first + k * t->step, lanes);
}

INLINE vf apply(const int KH, const int KW, const vf *taps, const vf *window, vf sum) {
#pragma GCC unroll 16
  for (int k = 0; k < KH * KW; k++) sum = v_fma(taps[k], window[k], sum);
  return sum;
}

// convolve writes the convolution.
INLINE void convolve(const int KH, const int KW, const int lanes, const mm_sweep *sweep) {
  const mm_sweep copy = *sweep, *s = &copy; // in registers: stores can't change it
  vf window[MM_CONV_TAPS], taps[MM_CONV_TAPS], bias = v_set1(0.0f);
  load_taps(KH, KW, lanes, taps, &s->taps);
  if (s->bias) bias = v_load_part(s->bias, lanes);
  enter(KH, KW, lanes, window, s);
  int64_t reach = KW - 1 - s->left, inside = min64(s->to, s->width - reach), j = s->from;
#define STEP(INSIDE)                                                       \
  {                                                                        \
    slide(KH, KW, lanes, window, s, j + reach, INSIDE);                    \
    vf y = apply(KH, KW, taps, window, bias);                              \
    if (s->silu) y = v_silu(y);                                            \
    v_store_part(s->out + j * s->step, lanes, y);                          \
  }
  for (; j < inside; j++) STEP(1)
  for (; j < s->to; j++) STEP(0)
#undef STEP
}

// differentiate adds to the sums for the gradients of taps and bias, and with SiLU writes the gradient of what SiLU was
// applied to.
INLINE void differentiate(const int KH, const int KW, const int lanes, const mm_sweep *sweep) {
  const mm_sweep copy = *sweep, *s = &copy; // in registers: stores can't change it
  vf window[MM_CONV_TAPS], taps[MM_CONV_TAPS], sums[MM_CONV_TAPS], bias = v_set1(0.0f);
  vf sum = v_load(s->sums + KH * KW * W);
#pragma GCC unroll 16
  for (int k = 0; k < KH * KW; k++) sums[k] = v_load(s->sums + k * W);
  if (s->silu) load_taps(KH, KW, lanes, taps, &s->taps);
  if (s->bias) bias = v_load_part(s->bias, lanes);
  enter(KH, KW, lanes, window, s);
  int64_t reach = KW - 1 - s->left, inside = min64(s->to, s->width - reach), j = s->from;
#define STEP(INSIDE)                                                       \
  {                                                                        \
    slide(KH, KW, lanes, window, s, j + reach, INSIDE);                    \
    vf g = v_load_part(s->gy + j * s->gy_step, lanes);                     \
    if (s->silu) {                                                         \
      vf r = apply(KH, KW, taps, window, bias), complement;                \
      vf logistic = v_logistic(r, &complement);                            \
      g *= logistic * v_fma(r, complement, v_set1(1.0f));                  \
      v_store(s->out + j * s->step, g);                                    \
    }                                                                      \
    sum += g;                                                              \
    _Pragma("GCC unroll 16")                                               \
    for (int k = 0; k < KH * KW; k++) sums[k] = v_fma(g, window[k], sums[k]); \
  }
  for (; j < inside; j++) STEP(1)
  for (; j < s->to; j++) STEP(0)
#undef STEP
#pragma GCC unroll 16
  for (int k = 0; k < KH * KW; k++) v_store(s->sums + k * W, sums[k]);
  v_store(s->sums + KH * KW * W, sum);
}

// SHAPED defines a function that calls the inline one with the taps' rows and columns and the lanes as constants, where
// they are those of the common kernels and of a whole block.
#define SHAPED(NAME, INLINED)                                              \
  static void NAME(int64_t rows, int64_t columns, const mm_sweep *s) {     \
    int shape = (int)(rows << 8 | columns);                                \
    if (s->lanes == W) switch (shape) {                                    \
      case 0x102: INLINED(1, 2, W, s); return;                             \
      case 0x103: INLINED(1, 3, W, s); return;                             \
      case 0x104: INLINED(1, 4, W, s); return;                             \
      case 0x303: INLINED(3, 3, W, s); return;                             \
      }                                                                    \
    switch (shape) {                                                       \
    case 0x104: INLINED(1, 4, s->lanes, s); return;                        \
    case 0x303: INLINED(3, 3, s->lanes, s); return;                        \
    default: INLINED((int)rows, (int)columns, s->lanes, s);                \
    }                                                                      \
  }

SHAPED(convolve_row, convolve)
SHAPED(differentiate_row, differentiate)
#undef SHAPED
