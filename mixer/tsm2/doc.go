// Package tsm2 is the time-series model of the MambaMixer paper (TSM2, section 5) as a graph function.
//
// # From history to forecast
//
//	x          [B, L, M]     B windows, L history steps, M variates
//	normalize                each variate of each window by its own level and scale (InstanceNorm)
//	patches    [B, M, P, p]  P patches of p steps
//	embedding  [B, M, P, D]  one linear map, shared by variates and patches
//	layers     [B, M, P, D]  time mixer along P, variate mixer along M, weighted averaging (package mixer)
//	head       [B, M, H]     flatten P·D, one linear map to the horizon, shared by variates
//	prediction [B, H, M]     level and scale put back
//
// The time mixer runs on B·M sequences of P patches, from past to future; the variate mixer on B·P
// sequences of M variates, both ways, because variates have no order. ShuffleVariates shows what an order does.
//
// What is known besides the history, of variates and of time steps to come, is appended to it as further steps before the
// patches are cut, see [Known]; Cost and Structure are of the model without.
//
// # What the paper leaves open
//
// The paper gives no patch length, width, dropout, norm placement or optimizer. Two answers are offered:
//
//   - Default: what reaches the paper's ETTh1 row on two CPU cores. Width equal to patch length and an
//     orthogonal embedding keep the path from patches to head lossless; no norm and no bias stand
//     before the head, whose weights start small. It wants a learning rate about 0.03 times the head's
//     for everything but the head on small sets.
//   - PaperDefault: the choices closest to the text and to related code (patches of 16 every 8 steps,
//     width 32, a norm before the head, biases).
//
// With Layers = 0 only embedding and head are left: a factorised linear map, the control that says what
// the mixers add.
//
// # Variables
//
// Below the scope given to Forecast (the root scope "/" in every experiment), L layers, i from 0:
//
//	tsm2/embedding/{weights [p, D], bias [D]}                        bias with EmbeddingLinear only
//	tsm2/layer<i>/token/norm/{scale, bias}                           [D]
//	tsm2/layer<i>/token/{in_proj, out_proj}/weights                  [D, 2E], [E, D]
//	tsm2/layer<i>/token/forward/...                                  conv and S6, see ssm.Directional
//	tsm2/layer<i>/channel/{norm, in_proj, out_proj, forward, backward}/...
//	tsm2/averaging/layer<i>/{alpha, beta, theta, gamma}              see mixer.Average
//	tsm2/averaging/output/{alpha, beta}
//	tsm2/final_norm/{scale, bias}                                    with FinalNorm only
//	tsm2/head/{weights [P·D, H], bias [H]}                           bias with HeadBias only
//	tsm2/static/{weights [C_S, L], bias [L]}                         with Known.Static only
//	tsm2/future/{mixer/..., weights [T_Z·C_Z, L], bias [L]}          with Known.Future only
package tsm2
