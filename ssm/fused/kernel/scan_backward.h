// The backward pass. ∂x is the gradient of x; r_t is the output before the gate. Against the steps' order:
//
//	∂r_t = ∂y_t SiLU(z_t)             ∂h_t += C_t ∂r_t                  ∂C_t = sum over channels of h_t ∂r_t
//	                                  q_t = exp(delta_t A) h_{t-1} ∂h_t ∂B_t = sum over channels of delta_t u_t ∂h_t
//	∂u_t = D ∂r_t + delta_t B_t ∂h_t  ∂delta_t = A q_t + u_t B_t ∂h_t   ∂A += delta_t q_t
//	                                  ∂h_{t-1} = exp(delta_t A) ∂h_t

// What a block needs to know about the steps of a chunk, and the sums over states that it collects.
typedef struct {
  vf delta[T], delta_u[T], g_readout[T];
  vf b_gh[T];    // sum over n of B_n ∂h_n
  vf a2_q[T];    // sum over n of a2_n q_n
  vf readout[T]; // D u + sum over n of C_n h_n, where a gate's gradient needs it
} mm_steps;

// The memory of a task.
typedef struct {
  float *adjoint; // [blocks of the range][N][W]
  float *sum_b, *sum_c; // [N, and up to W more][T][W]
  float *zeros;   // [T][W]
  float *tile;    // [N][W]
} mm_memory;

INLINE mm_memory memory_of(const mm_job *job, float *workspace) {
  int64_t states = job->dims.state, sums = (states + W) * T * W;
  mm_memory m;
  m.adjoint = workspace;
  m.sum_b = m.adjoint + job->range_blocks * states * W;
  m.sum_c = m.sum_b + sums;
  m.zeros = m.sum_c + sums;
  m.tile = m.zeros + T * W;
  // The first block of a chunk writes the sums of all N; what fills up to whole vectors stays zero.
  int64_t used = states * T * W;
  memset(m.sum_b + used, 0, (size_t)(sums - used) * sizeof(float));
  memset(m.sum_c + used, 0, (size_t)(sums - used) * sizeof(float));
  memset(m.zeros, 0, T * W * sizeof(float));
  return m;
}

// adjoint_states takes the states of a block, one after another, forward through a chunk of the given steps and back.
// It fills the block's sums over states; adds to the vectors from which the gradients of B and C are summed, or starts
// them where this is the first block; adds to the gradient of A; and replaces the adjoint state.
INLINE void adjoint_states(const int steps, const int gate, const mm_job *job, int64_t group, const mm_chunk *chunk,
                           mm_steps *s, const mm_memory *m, int first, const float *a2, const float *start,
                           float *grad_a, float *adjoint) {
  int64_t states = job->dims.state, row = chunk->stride * job->dims.groups * states;
  int64_t at = chunk->first * job->dims.groups * states + group * states;
  const float *b = job->in.b + at, *c = job->in.c + at;
  const float *sum_b = first ? m->zeros : m->sum_b, *sum_c = first ? m->zeros : m->sum_c;
  int64_t next = first ? 0 : T * W;
  vf b_gh[T], a2_q[T];
#pragma GCC unroll 8
  for (int i = 0; i < steps; i++) b_gh[i] = a2_q[i] = v_set1(0.0f);
#pragma GCC unroll 1
  for (int64_t n = 0; n < states; n++) {
    vf a = v_load(a2 + n * W), h[T + 1];
    float e[T * W] __attribute__((aligned(MM_ALIGN)));
    h[0] = v_load(start + n * W);
#pragma GCC unroll 8
    for (int i = 0; i < steps; i++) {
      vf decay = v_exp2(s->delta[i] * a);
      v_store(e + i * W, decay);
      h[i + 1] = v_fma(decay, h[i], s->delta_u[i] * v_set1(b[i * row + n]));
      if (gate) s->readout[i] = v_fma(v_set1(c[i * row + n]), h[i + 1], s->readout[i]);
    }
    // Registers are for the states and the sums over states: loads cost nothing here, stores as much as arithmetic. The
    // empty assembly makes the compiler read the exponentials back from memory.
    __asm__ volatile("" ::: "memory");
    vf gh = v_load(adjoint + n * W), ga = v_load(grad_a + n * W);
    float *next_b = m->sum_b + n * T * W, *next_c = m->sum_c + n * T * W;
#pragma GCC unroll 8
    for (int i = steps - 1; i >= 0; i--) {
      gh = v_fma(v_set1(c[i * row + n]), s->g_readout[i], gh);
      v_store(next_c + i * W, v_fma(h[i + 1], s->g_readout[i], v_load(sum_c + n * next + i * W)));
      v_store(next_b + i * W, v_fma(gh, s->delta_u[i], v_load(sum_b + n * next + i * W)));
      b_gh[i] = v_fma(v_set1(b[i * row + n]), gh, b_gh[i]);
      gh *= v_load(e + i * W);
      vf q = gh * h[i];
      ga = v_fma(s->delta[i], q, ga);
      a2_q[i] = v_fma(a, q, a2_q[i]);
    }
    v_store(adjoint + n * W, gh);
    v_store(grad_a + n * W, ga);
  }
#pragma GCC unroll 8
  for (int i = 0; i < steps; i++) {
    s->b_gh[i] = b_gh[i];
    s->a2_q[i] = a2_q[i];
  }
}

// adjoint_block runs a block backward through a chunk. first says that the sums for B and C start here.
INLINE void adjoint_block(const mm_job *job, const mm_share *share, int64_t sequence, int64_t chunk, const mm_chunk *c,
                          const mm_chunk *next, const mm_block *k, const mm_memory *m, int first, const float *start, float *adjoint) {
  const mm_scan_inputs *in = &job->in;
  int64_t channels = job->dims.channels, tile = job->dims.state * W;
  int64_t at = c->first * channels + k->channel, stride = c->stride * channels;
  int64_t sums = share->part * job->dims.groups * job->blocks + k->index;
  float *grad_a = job->part_a + sums * tile, *grad_d = job->part_d + sums * W, *grad_bias = job->part_bias + sums * W;
  int gate = in->z && job->grad.z;

  prefetch(job, in->u, next, k);
  prefetch(job, in->delta, next, k);
  prefetch(job, in->z, next, k);
  prefetch(job, job->gy, next, k);
  prefetch(job, job->grad.u, next, k);
  prefetch(job, job->grad.delta, next, k);
  prefetch(job, job->grad.z, next, k);
  if (chunk > 1) {
    const float *before = job->kept + start_of(job, sequence, chunk - 1, k);
    for (int64_t n = 0; n < job->dims.state; n++) __builtin_prefetch(before + n * W, 0, 2);
  }
  mm_steps s;
  vf u[T], slope[T], pass[T], bend[T]; // slope: of softplus; pass: SiLU(z); bend: SiLU'(z) ∂y
  vf bias = load_optional(in->delta_bias, k), skip = load_optional(in->d, k);
  for (int i = 0; i < c->steps; i++) {
    u[i] = v_load_part(in->u + at + i * stride, k->lanes);
    s.delta[i] = v_load_part(in->delta + at + i * stride, k->lanes);
    if (in->delta_bias) s.delta[i] += bias;
    if (job->dims.softplus) {
      vf complement;
      slope[i] = v_logistic(s.delta[i], &complement);
      s.delta[i] = v_softplus(s.delta[i]);
    }
    s.delta_u[i] = s.delta[i] * u[i];
    s.g_readout[i] = v_load_part(job->gy + at + i * stride, k->lanes);
    if (in->z) {
      vf z = v_load_part(in->z + at + i * stride, k->lanes), complement;
      vf logistic = v_logistic(z, &complement);
      pass[i] = z * logistic;
      bend[i] = s.g_readout[i] * logistic * v_fma(z, complement, v_set1(1.0f));
      s.g_readout[i] *= pass[i];
    }
    s.readout[i] = v_set1(0.0f);
    if (in->d) s.readout[i] = skip * u[i];
  }

  const float *a2 = job->a2 + k->index * tile;
#define STEPS(count)                                                                                             \
  case count:                                                                                                    \
    if (gate) adjoint_states(count, 1, job, share->group, c, &s, m, first, a2, start, grad_a, adjoint);          \
    else adjoint_states(count, 0, job, share->group, c, &s, m, first, a2, start, grad_a, adjoint);               \
    break;
  switch (c->steps) { STEPS(1) STEPS(2) STEPS(3) STEPS(4) STEPS(5) STEPS(6) STEPS(7) STEPS(8) }
#undef STEPS

  vf gd = v_load(grad_d), gbias = v_load(grad_bias);
  for (int i = c->steps - 1; i >= 0; i--) {
    vf gu = s.delta[i] * s.b_gh[i];
    if (in->d) gu = v_fma(s.g_readout[i], skip, gu);
    vf gdelta = v_fma(u[i], s.b_gh[i], s.a2_q[i] * v_set1(LN2 / EXP2_UNIT));
    if (job->dims.softplus) gdelta *= slope[i];
    gd = v_fma(s.g_readout[i], u[i], gd);
    gbias += gdelta;
    if (job->grad.u) v_store_part(job->grad.u + at + i * stride, k->lanes, gu);
    if (job->grad.delta) v_store_part(job->grad.delta + at + i * stride, k->lanes, gdelta);
    if (gate) v_store_part(job->grad.z + at + i * stride, k->lanes, bend[i] * s.readout[i]);
  }
  v_store(grad_d, gd);
  v_store(grad_bias, gbias);
}

// sum_channels adds up the channels of a chunk's vectors [N][T][W] and writes rows of N.
INLINE void sum_channels(const mm_job *job, const mm_chunk *c, int64_t group, const float *sums, float *out) {
  int64_t states = job->dims.state, row = job->dims.groups * states;
  for (int i = 0; i < c->steps; i++)
    for (int64_t n = 0; n < states; n += W) {
      vf v[W];
#pragma GCC unroll 16
      for (int lane = 0; lane < W; lane++) v[lane] = v_load(sums + ((n + lane) * T + i) * W);
      float *p = out + (c->first + i * c->stride) * row + group * states + n;
      v_store_part(p, states - n < W ? (int)(states - n) : W, v_sums(v));
    }
}

static void backward(const mm_job *job, int64_t task, float *workspace) {
  int64_t states = job->dims.state, tile = states * W, chunks = chunks_of(job);
  int64_t blocks = job->dims.groups * job->blocks;
  int64_t projections = job->dims.batch * job->dims.length * job->dims.groups * states;
  mm_share s = share_of(job, task);
  mm_memory m = memory_of(job, workspace);
  float *out_b = s.range && job->grad.b ? job->range_b + (s.range - 1) * projections : job->grad.b;
  float *out_c = s.range && job->grad.c ? job->range_c + (s.range - 1) * projections : job->grad.c;

  int64_t first = s.part * blocks + block_of(job, s.group, s.block0).index, count = s.block1 - s.block0;
  memset(job->part_a + first * tile, 0, (size_t)(count * tile) * sizeof(float));
  memset(job->part_d + first * W, 0, (size_t)(count * W) * sizeof(float));
  memset(job->part_bias + first * W, 0, (size_t)(count * W) * sizeof(float));

  for (int64_t sequence = s.batch0; sequence < s.batch1; sequence++) {
    for (int64_t block = s.block0; block < s.block1; block++) {
      mm_block k = block_of(job, s.group, block);
      load_tile(m.adjoint + (block - s.block0) * tile, tile_rows(job, job->glast, sequence, &k), states, k.lanes);
      prefetch_rows(job, job->in.h0, sequence, &k);
      prefetch_rows(job, job->grad.h0, sequence, &k);
      if (sequence + 1 < s.batch1) prefetch_rows(job, job->glast, sequence + 1, &k);
    }
    for (int64_t i = chunks - 1; i >= 0; i--) {
      mm_chunk c = chunk_of(job, sequence, i);
      mm_chunk next = visit(job, &s, (sequence - s.batch0) * chunks + chunks - i, 1);
      for (int64_t block = s.block0; block < s.block1; block++) {
        mm_block k = block_of(job, s.group, block);
        const float *start = m.tile;
        if (i) start = job->kept + start_of(job, sequence, i, &k);
        else load_tile(m.tile, tile_rows(job, job->in.h0, sequence, &k), states, k.lanes);
        adjoint_block(job, &s, sequence, i, &c, &next, &k, &m, block == s.block0, start, m.adjoint + (block - s.block0) * tile);
      }
      if (out_b) sum_channels(job, &c, s.group, m.sum_b, out_b);
      if (out_c) sum_channels(job, &c, s.group, m.sum_c, out_c);
    }
    for (int64_t block = s.block0; job->grad.h0 && block < s.block1; block++) {
      mm_block k = block_of(job, s.group, block);
      store_tile((float *)tile_rows(job, job->grad.h0, sequence, &k), m.adjoint + (block - s.block0) * tile, states, k.lanes);
    }
  }
}

// sum_parts adds later parts' vectors to the first part's.
INLINE void sum_parts(float *first, int64_t floats, int64_t stride, int64_t parts) {
  for (int64_t i = 0; i < floats; i += W) {
    vf sum = v_load(first + i);
    for (int64_t part = 1; part < parts; part++) sum += v_load(first + part * stride + i);
    v_store(first + i, sum);
  }
}

// sum_ranges adds what the later ranges of channels give to a slice of the gradient of B or C.
INLINE void sum_ranges(float *grad, const float *ranges, int64_t from, int64_t to, int64_t stride, int64_t count) {
  if (!grad) return;
  for (int64_t i = from; i < to; i += W) {
    int lanes = to - i < W ? (int)(to - i) : W;
    vf sum = v_load_part(grad + i, lanes);
    for (int64_t range = 0; range < count; range++) sum += v_load_part(ranges + range * stride + i, lanes);
    v_store_part(grad + i, lanes, sum);
  }
}

// reduce adds up, in a fixed order, what tasks had to sum separately: first the tasks that sum a block's gradients of
// A, D and the bias over the parts of the batch, then those that sum a slice of the gradients of B and C over ranges.
static void reduce(const mm_job *job, int64_t task) {
  int64_t states = job->dims.state, blocks = job->dims.groups * job->blocks;
  if (task < blocks) {
    mm_block k = block_of(job, task / job->blocks, task % job->blocks);
    float *a = job->part_a + task * states * W, *d = job->part_d + task * W, *bias = job->part_bias + task * W;
    sum_parts(a, states * W, blocks * states * W, job->parts);
    sum_parts(d, W, blocks * W, job->parts);
    sum_parts(bias, W, blocks * W, job->parts);
    if (job->grad.a) store_tile(job->grad.a + k.channel * states, a, states, k.lanes);
    if (job->grad.d) v_store_part(job->grad.d + k.channel, k.lanes, v_load(d));
    if (job->grad.delta_bias) v_store_part(job->grad.delta_bias + k.channel, k.lanes, v_load(bias));
    return;
  }
  int64_t projections = job->dims.batch * job->dims.length * job->dims.groups * states;
  int64_t from = (task - blocks) * MM_REDUCE_SLICE, to = from + MM_REDUCE_SLICE;
  if (to > projections) to = projections;
  sum_ranges(job->grad.b, job->range_b, from, to, projections, job->ranges - 1);
  sum_ranges(job->grad.c, job->range_c, from, to, projections, job->ranges - 1);
}
