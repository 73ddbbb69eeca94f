"""Times the selective scan as it is written in JAX and PyTorch, one form per process.

    python peers.py FORM BATCH CHANNELS STATE LENGTH...

    h_t = exp(delta_t A) h_{t-1} + delta_t u_t B_t        y_t = C_t h_t

with u, delta [B, L, D], A [D, N], B, C [B, L, N] in float32 on the CPU. Each form is first held against a float64 loop in
NumPy, then timed, shortest length first: forward, and the gradients of sum(y^2) with respect to all five inputs. Standard
output has one JSON object a line: the versions, the checks, then a result for each length and pass.
"""

import json
import os
import sys
import time

import numpy as np

CHECK_LENGTH = 96
TOLERANCE = 1e-4  # relative to the largest value


def say(**fields):
    print(json.dumps(fields), flush=True)


def make_inputs(batch, length, channels, state):
    rng = np.random.default_rng(1)
    return [
        rng.standard_normal((batch, length, channels)),
        rng.uniform(0.001, 0.1, (batch, length, channels)),
        -np.tile(np.arange(1.0, state + 1), (channels, 1)),
        rng.standard_normal((batch, length, state)),
        rng.standard_normal((batch, length, state)),
    ]


def reference(u, delta, A, B, C):
    h = np.zeros((u.shape[0], *A.shape))
    y = np.empty_like(u)
    for t in range(u.shape[1]):
        h = np.exp(delta[:, t, :, None] * A) * h + (delta * u)[:, t, :, None] * B[:, t, None, :]
        y[:, t] = np.einsum("bdn,bn->bd", h, C[:, t])
    return y


def jax_form(scan):
    """Gives (place, forward, backward, fetch) of a function of five arrays, compiled by XLA."""
    import jax

    say(versions={"jax": jax.__version__, "jaxlib": jax.lib.__version__, "numpy": np.__version__})
    forward = jax.jit(scan)
    backward = jax.jit(jax.value_and_grad(lambda *args: (scan(*args) ** 2).sum(), argnums=(0, 1, 2, 3, 4)))
    return (
        lambda x: jax.device_put(np.float32(x)),
        lambda args: jax.block_until_ready(forward(*args)),
        lambda args: jax.block_until_ready(backward(*args))[1],
        np.asarray,
    )


def jax_scan(channels_minor):
    """lax.scan over time with the state as [B, D, N] or, with channels_minor, as [B, N, D]."""
    import jax
    import jax.numpy as jnp

    def scan(u, delta, A, B, C):
        if channels_minor:
            A, state = A.T, (u.shape[0], A.shape[1], A.shape[0])
            per_channel, per_state, read = (lambda x: x[:, None, :]), (lambda x: x[:, :, None]), "bnd,bn->bd"
        else:
            state = (u.shape[0], *A.shape)
            per_channel, per_state, read = (lambda x: x[:, :, None]), (lambda x: x[:, None, :]), "bdn,bn->bd"

        def step(h, now):
            u, delta, b, c = now
            h = jnp.exp(per_channel(delta) * A) * h + per_channel(delta * u) * per_state(b)
            return h, jnp.einsum(read, h, c)

        over_time = [x.swapaxes(0, 1) for x in (u, delta, B, C)]
        return jax.lax.scan(step, jnp.zeros(state, u.dtype), over_time)[1].swapaxes(0, 1)

    return jax_form(scan)


def jax_associative():
    import jax
    import jax.numpy as jnp

    def join(earlier, later):
        return earlier[0] * later[0], later[0] * earlier[1] + later[1]

    def scan(u, delta, A, B, C):
        decay = jnp.exp(delta[..., None] * A)
        h = jax.lax.associative_scan(join, (decay, (delta * u)[..., None] * B[:, :, None, :]), axis=1)[1]
        return jnp.einsum("bldn,bln->bld", h, C)

    return jax_form(scan)


def torch_form(scan):
    """Gives (place, forward, backward, fetch) of a function of five tensors, run eagerly on all cores."""
    import torch

    torch.set_num_threads(len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count())
    say(versions={"torch": torch.__version__, "numpy": np.__version__})

    def forward(args):
        with torch.inference_mode():
            return scan(*args)

    def backward(args):
        args = [x.detach().requires_grad_() for x in args]
        return torch.autograd.grad((scan(*args) ** 2).sum(), args)

    return lambda x: torch.from_numpy(np.float32(x)), forward, backward, lambda x: x.detach().numpy()


def torch_loop():
    """A Python loop over time; unbind keeps its backward pass linear in the length, which indexing would not."""
    import torch

    def scan(u, delta, A, B, C):
        delta = delta.transpose(0, 1).unsqueeze(-1)
        decay = torch.exp(delta * A)
        gain = (delta * u.transpose(0, 1).unsqueeze(-1)) * B.transpose(0, 1).unsqueeze(2)
        h, states = u.new_zeros(gain.shape[1:]), []
        for a, x in zip(decay.unbind(0), gain.unbind(0)):
            h = torch.addcmul(x, a, h)
            states.append(h)
        y = torch.matmul(torch.stack(states), C.transpose(0, 1).unsqueeze(-1))
        return y.squeeze(-1).transpose(0, 1)

    return torch_form(scan)


def torch_parallel():
    """Up-sweep and down-sweep over time, in place, with the adjoint as the same scan from the other end."""
    import torch

    def pairs(x, offset, stride, reverse):
        """The elements at offset, offset + 2 stride, ... and those stride before them, in the scan's direction."""
        length = x.shape[1]
        count = max(0, (length - offset + 2 * stride - 1) // (2 * stride))
        first = length - 1 - offset - 2 * stride * (count - 1) if reverse else offset
        before = first + stride if reverse else first - stride
        return [x[:, at : at + 2 * stride * (count - 1) + 1 : 2 * stride] if count else x[:, :0] for at in (first, before)]

    def sweep(a, x, reverse):
        """Makes x_t the solution of h_t = a_t h_{t-1} + x_t; overwrites a."""
        strides = [1]
        while 4 * strides[-1] <= x.shape[1]:
            strides.append(2 * strides[-1])
        for s in strides:
            (a_now, a_before), (x_now, x_before) = pairs(a, 2 * s - 1, s, reverse), pairs(x, 2 * s - 1, s, reverse)
            x_now.addcmul_(a_now, x_before)
            a_now.mul_(a_before)
        for s in reversed(strides):
            (a_now, _), (x_now, x_before) = pairs(a, 3 * s - 1, s, reverse), pairs(x, 3 * s - 1, s, reverse)
            x_now.addcmul_(a_now, x_before)

    class Recurrence(torch.autograd.Function):
        @staticmethod
        def forward(ctx, a, x):
            h = x.clone()
            sweep(a.clone(), h, reverse=False)
            ctx.save_for_backward(a, h)
            return h

        @staticmethod
        def backward(ctx, grad):
            a, h = ctx.saved_tensors
            grad = grad.clone()
            after = torch.empty_like(a)  # a_{t+1}: how the adjoint decays towards earlier times
            after[:, :-1] = a[:, 1:]
            after[:, -1] = 0
            sweep(after, grad, reverse=True)
            grad_a = torch.zeros_like(a)
            torch.mul(grad[:, 1:], h[:, :-1], out=grad_a[:, 1:])
            return grad_a, grad

    def scan(u, delta, A, B, C):
        delta = delta.unsqueeze(-1)
        h = Recurrence.apply(torch.exp(delta * A), (delta * u.unsqueeze(-1)) * B.unsqueeze(2))
        return torch.matmul(h, C.unsqueeze(-1)).squeeze(-1)

    return torch_form(scan)


FORMS = {
    "jax-scan-bdn": lambda: jax_scan(channels_minor=False),
    "jax-scan-bnd": lambda: jax_scan(channels_minor=True),
    "jax-associative": jax_associative,
    "torch-loop": torch_loop,
    "torch-parallel": torch_parallel,
}


def check(place, forward, backward, fetch, batch, channels, state):
    """Holds y, and the gradients along a random direction of all inputs, against the reference."""
    inputs = make_inputs(batch, CHECK_LENGTH, channels, state)
    want = reference(*inputs)
    args = [place(x) for x in inputs]
    y_error = np.abs(fetch(forward(args)) - want).max() / np.abs(want).max()

    rng, step = np.random.default_rng(2), 1e-6
    directions = [rng.standard_normal(x.shape) * np.abs(x) for x in inputs]
    losses = [(reference(*(x + sign * step * v for x, v in zip(inputs, directions))) ** 2).sum() for sign in (1, -1)]
    want = (losses[0] - losses[1]) / (2 * step)
    parts = [(np.float64(fetch(g)) * v).sum() for g, v in zip(backward(args), directions)]
    gradient_error = abs(sum(parts) - want) / max(map(abs, parts))
    for what, error in (("y", y_error), ("gradients", gradient_error)):
        say(check=what, error=float(error))
        if not error < TOLERANCE:
            sys.exit(f"its {what} are off by {error:.2g} of their size, more than {TOLERANCE:.2g}")


def timed(run):
    """Milliseconds of each of several calls, after a call that compiles and some in which memory finds its place."""

    def calls(least, seconds):
        times, begin = [], time.perf_counter()
        while len(times) < least or (time.perf_counter() - begin < seconds and len(times) < 50):
            start = time.perf_counter()
            run()
            times.append(1e3 * (time.perf_counter() - start))
        return times

    run()
    calls(1, 0.5)
    return calls(3, 3)


def main():
    batch, channels, state, *lengths = map(int, sys.argv[2:])
    place, forward, backward, fetch = FORMS[sys.argv[1]]()
    check(place, forward, backward, fetch, batch, channels, state)
    for length in sorted(lengths):
        args = [place(x) for x in make_inputs(batch, length, channels, state)]
        for name, run in (("forward", forward), ("forward+backward", backward)):
            say(length=length, **{"pass": name}, ms=timed(lambda: run(args)))


main()
