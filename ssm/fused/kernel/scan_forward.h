// The forward pass.

// keep writes a state for the backward pass, past the caches where start is aligned for that: it is not soon read.
INLINE void keep(float *start, const float *state, int64_t states) {
  if ((uintptr_t)start % sizeof(vf))
    for (int64_t n = 0; n < states; n++) v_store(start + n * W, v_load(state + n * W));
  else
    for (int64_t n = 0; n < states; n++) v_stream(start + n * W, v_load(state + n * W));
}

// scan_slab runs the recurrence of S states of a block through some steps and adds C_t h_t to y. b and c are the first
// step's; row is from one step's to the next.
INLINE void scan_slab(const int S, int steps, const float *b, const float *c, int64_t row, const float *a2,
                      const vf *delta, const vf *delta_u, vf *y, float *state) {
  vf h[S];
#pragma GCC unroll 16
  for (int n = 0; n < S; n++) h[n] = v_load(state + n * W);
  for (int i = 0; i < steps; i++) {
    vf d = delta[i], du = delta_u[i], sum = y[i];
#pragma GCC unroll 16
    for (int n = 0; n < S; n++) {
      h[n] = v_fma(v_exp2(d * v_load(a2 + n * W)), h[n], du * v_set1(b[n]));
      sum = v_fma(h[n], v_set1(c[n]), sum);
    }
    y[i] = sum;
    b += row;
    c += row;
  }
#pragma GCC unroll 16
  for (int n = 0; n < S; n++) v_store(state + n * W, h[n]);
}

// scan_block runs a block through a chunk. next is the one to come.
INLINE void scan_block(const mm_job *job, int64_t group, const mm_block *k, const mm_chunk *chunk, const mm_chunk *next,
                       float *state) {
  const mm_scan_inputs *in = &job->in;
  int64_t channels = job->dims.channels, states = job->dims.state;
  int64_t at = chunk->first * channels + k->channel, stride = chunk->stride * channels;
  prefetch(job, in->u, next, k);
  prefetch(job, in->delta, next, k);
  prefetch(job, in->z, next, k);
  prefetch(job, job->y, next, k);
  vf delta[T], delta_u[T], y[T];
  vf bias = load_optional(in->delta_bias, k), skip = load_optional(in->d, k);
  for (int i = 0; i < chunk->steps; i++) {
    vf u = v_load_part(in->u + at + i * stride, k->lanes);
    delta[i] = v_load_part(in->delta + at + i * stride, k->lanes);
    if (in->delta_bias) delta[i] += bias;
    if (job->dims.softplus) delta[i] = v_softplus(delta[i]);
    delta_u[i] = delta[i] * u;
    y[i] = v_set1(0.0f);
    if (in->d) y[i] = skip * u;
  }
  int64_t row = job->dims.groups * states, projection = chunk->first * row + group * states;
  const float *a2 = job->a2 + k->index * states * W, *b = in->b + projection, *c = in->c + projection;
  int64_t n = 0;
#define SLABS(S)                                                                                           \
  for (; n + S <= states; n += S)                                                                          \
    scan_slab(S, chunk->steps, b + n, c + n, chunk->stride * row, a2 + n * W, delta, delta_u, y, state + n * W);
  SLABS(SLAB) SLABS(4) SLABS(1)
#undef SLABS
  for (int i = 0; i < chunk->steps; i++) {
    if (in->z) y[i] *= v_silu(v_load_part(in->z + at + i * stride, k->lanes));
    v_store_part(job->y + at + i * stride, k->lanes, y[i]);
  }
}

static void forward(const mm_job *job, int64_t task, float *workspace) {
  int64_t tile = job->dims.state * W;
  mm_share s = share_of(job, task);
  for (int64_t sequence = s.batch0; sequence < s.batch1; sequence++) {
    for (int64_t block = s.block0; block < s.block1; block++) {
      mm_block k = block_of(job, s.group, block);
      float *state = workspace + (block - s.block0) * tile;
      load_tile(state, tile_rows(job, job->in.h0, sequence, &k), job->dims.state, k.lanes);
      prefetch_rows(job, job->last, sequence, &k);
      if (sequence + 1 < s.batch1) prefetch_rows(job, job->in.h0, sequence + 1, &k);
    }
    for (int64_t i = 0; i < chunks_of(job); i++) {
      mm_chunk chunk = chunk_of(job, sequence, i);
      mm_chunk next = visit(job, &s, (sequence - s.batch0) * chunks_of(job) + i + 1, 0);
      for (int64_t block = s.block0; block < s.block1; block++) {
        mm_block k = block_of(job, s.group, block);
        float *state = workspace + (block - s.block0) * tile;
        if (job->starts && i > 0) keep(job->starts + start_of(job, sequence, i, &k), state, job->dims.state);
        scan_block(job, s.group, &k, &chunk, &next, state);
      }
    }
    for (int64_t block = s.block0; job->last && block < s.block1; block++) {
      mm_block k = block_of(job, s.group, block);
      const float *state = workspace + (block - s.block0) * tile;
      store_tile((float *)tile_rows(job, job->last, sequence, &k), state, job->dims.state, k.lanes);
    }
  }
  v_fence();
}
