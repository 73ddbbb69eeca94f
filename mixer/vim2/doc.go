// Package vim2 is the vision model of the MambaMixer paper (ViM2, section 4 and table 8) as a graph function.
//
// # From image to classes
//
//	images   [B, H, W, 3]           any height and width
//	stem     [B, H/4, W/4, C]       patches of 4 x 4 pixels, one linear map, LayerNorm
//	stage 1  [B, H/4, W/4, C]       token and channel mixers, two to one, with weighted averaging (package mixer)
//	stage 2  [B, H/8, W/8, 2C]      patch merging, then the same
//	stage 3  [B, H/16, W/16, 4C]
//	stage 4  [B, H/32, W/32, 8C]
//	head     [B, classes]           LayerNorm, mean over the places, one linear map
//
// Sides that a patch doesn't divide are filled up with zeros. No parameter depends on the size of the images, so a trained
// model classifies images of any size; the channel mixers of mode ChannelTranspose are the exception.
//
// Classify gives what each stage and each mixer computed under its name; Features is the model without head, for heads
// that segment or detect.
//
// # What the paper leaves open
//
//   - Routes. The text names four directions from corner to corner, VMamba's code scans rows and columns from both ends.
//     Default: VMamba's, ssm.Cross. The text's, diagonals, two and one are named options (ssm.RouteSets).
//   - Channel mixer. The text has "the same scans as the token mixer" along channels, and flattens tokens; figure 2 draws
//     two directions; a linear map over all tokens, which the equations say, would fix the size of the images and, at 224
//     pixels, cost 32 million parameters or more in stage 1 alone. Default: ChannelPosition, two directions along the channels of
//     each place, p = 16 channels a step, weights shared by the places. Four scans have no meaning on one axis.
//   - Widths of the channel mixers. Table 8 gives one number d: here it is the inner width, C -> 2d, half of it the gate,
//     and d -> C.
//   - Averaging. Equations (19) and (20) have a token and a channel mixer by turns, table 8 two to one. Default: each
//     input is the weighted sum of the stage's input and all earlier outputs of both kinds in that stage, which is (19) and
//     (20) where they alternate, and one more such sum is the stage's output.
//   - Norms, merging, head norm: VMamba's. DropPath by depth: VMamba's 0.2, 0.3, 0.5. Initial values are torch's, and
//     mamba_ssm's for S6.
//   - ViM2-MLP. Neither size nor hidden width is given. Default: Tiny, hidden width 4d²/C, plain residual sums.
//   - Table 8 prints the stem's output as 112 x 112, which a stride of 4 doesn't give, and starts stages 2 to 4 with
//     down-sampling where figure 2 ends stages with it. Here stages begin with it.
//
// # Parameters, in millions with 1000 classes
//
//	            here   paper   token mixers   channel mixers   merging   head and stem
//	ViM2-T      24.0   20      17.0           4.7              1.6       0.8
//	ViM2-S      43.7   43      31.3           10.0             1.6       0.8
//	ViM2-B      75.6   74      54.0           17.8             2.8       1.0
//	ViM2-MLP    39.7   40      17.0           20.4             1.6       0.8
//
// With the reading above S and B come to what is printed and 2 % more. T is 4 million above, and we found no layout that
// gives 20, 43 and 74 million together: in T, token mixers, stem, merging and head alone are 19.3 million, and layouts so
// lean that T has 20 million (no gates, d x d maps) leave S and B 12 % below what is printed. Parts computes these numbers,
// and tests hold them against the graph, to the last parameter and operation. The paper gives no operations.
//
// # Variables
//
// Below the scope given, stage i from 1, mixers j from 0:
//
//	vim2/stem/{proj, norm}
//	vim2/stage<i>/merge/{norm, proj}                                   from the second stage on
//	vim2/stage<i>/token<j>/{norm, in_proj, conv, scan/<route>, out_norm, out_proj}
//	vim2/stage<i>/channel<j>/{norm, in_proj, forward, backward, out_proj}
//	vim2/stage<i>/averaging/{token<j>/{alpha, beta}, channel<j>/{theta, gamma}, output/{alpha, beta}}
//	vim2/{norm, head}
//
// For weight decay: averaging weights, norms, biases and D have one dimension; A_log has two.
package vim2
