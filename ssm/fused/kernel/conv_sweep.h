// The convolution along a row, for one block of channels: a window of KH x KW vectors slides over the columns in registers.
// KH, KW and lanes are constants wherever these functions are compiled for one of the common kernels.

// Rows under the window: column j of row p is at row[p] + j*step[p], so that a row of zeros has step 0.
typedef struct {
  const float *row[MM_CONV_TAPS];
  int64_t step[MM_CONV_TAPS];
} mm_rows;

// Columns from..to-1 of a row, and how the window lies on them.
typedef struct {
  int64_t from, to;
  int64_t width; // columns there are
  int64_t left;  // columns in front of the window's place
  int64_t ahead; // floats from here to what is needed soon
} mm_columns;

// A row that is read or written: column j is at first + j*step.
typedef struct {
  float *first;
  int64_t step;
} mm_row;

static const float conv_zeros[W];

// slide moves the window on by one column and reads the new one, which may be outside.
INLINE void slide(const int KH, const int KW, const int lanes, const int inside, vf *window, const mm_rows *x, int64_t column) {
  for (int p = 0; p < KH; p++) {
    for (int q = 1; q < KW; q++) window[p * KW + q - 1] = window[p * KW + q];
    window[p * KW + KW - 1] = inside ? v_load_part(x->row[p] + column * x->step[p], lanes) : v_set1(0.0f);
  }
}

// enter reads the window in front of the first column: all but the window's last column.
INLINE void enter(const int KH, const int KW, const int lanes, vf *window, const mm_rows *x, const mm_columns *c) {
  for (int q = 0; q < KW - 1; q++) {
    int64_t column = c->from - c->left + q;
    if (column >= 0 && column < c->width) slide(KH, KW, lanes, 1, window, x, column);
    else slide(KH, KW, lanes, 0, window, x, column);
  }
}

INLINE vf apply(const int taps, const vf *tap, const vf *window, vf sum) {
  for (int k = 0; k < taps; k++) sum = v_fma(tap[k], window[k], sum);
  return sum;
}

// ask prefetches. A block's columns are too far apart for the processor to guess. What is not there does no harm.
INLINE void ask(const float *p, int64_t ahead) {
  __builtin_prefetch((const void *)((uintptr_t)p + (uintptr_t)ahead * sizeof *p), 0, 2);
}

// convolve writes the convolution of columns.
INLINE void convolve(const int KH, const int KW, const int lanes, const int silu, const vf *tap, vf bias,
                     const mm_rows *x, const mm_columns *c, mm_row y) {
  vf window[MM_CONV_TAPS];
  enter(KH, KW, lanes, window, x, c);
  int64_t reach = KW - 1 - c->left, inside = min64(c->to, c->width - reach), j = c->from;
#define COLUMN(INSIDE)                                                       \
  {                                                                          \
    slide(KH, KW, lanes, INSIDE, window, x, j + reach);                      \
    ask(y.first + j * y.step, c->ahead);                                     \
    vf sum = apply(KH * KW, tap, window, bias);                              \
    if (silu) sum = v_silu(sum);                                             \
    v_store_part(y.first + j * y.step, lanes, sum);                          \
  }
  for (; j < inside; j++) {
    ask(x->row[KH - 1] + (j + reach) * x->step[KH - 1], c->ahead);
    COLUMN(1)
  }
  for (; j < c->to; j++) COLUMN(0)
#undef COLUMN
}

// differentiate adds columns to the sums for the gradients of taps and, last, bias. With SiLU it writes ∂r, the gradient
// of what SiLU is applied to.
INLINE void differentiate(const int KH, const int KW, const int lanes, const int silu, const vf *tap, vf bias,
                          const mm_rows *x, const mm_columns *c, mm_row gy, mm_row gr, vf *sums) {
  vf window[MM_CONV_TAPS];
  enter(KH, KW, lanes, window, x, c);
  int64_t reach = KW - 1 - c->left, inside = min64(c->to, c->width - reach), j = c->from;
#define COLUMN(INSIDE)                                                       \
  {                                                                          \
    slide(KH, KW, lanes, INSIDE, window, x, j + reach);                      \
    ask(gy.first + j * gy.step, c->ahead);                                   \
    vf g = v_load_part(gy.first + j * gy.step, lanes);                       \
    if (silu) {                                                              \
      vf r = apply(KH * KW, tap, window, bias), complement;                  \
      vf logistic = v_logistic(r, &complement);                              \
      g *= logistic * v_fma(r, complement, v_set1(1.0f));                    \
      v_store(gr.first + j * gr.step, g);                                    \
    }                                                                        \
    sums[KH * KW] += g;                                                      \
    for (int k = 0; k < KH * KW; k++) sums[k] = v_fma(g, window[k], sums[k]); \
  }
  for (; j < inside; j++) {
    ask(x->row[KH - 1] + (j + reach) * x->step[KH - 1], c->ahead);
    COLUMN(1)
  }
  for (; j < c->to; j++) COLUMN(0)
#undef COLUMN
}
