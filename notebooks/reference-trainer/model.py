"""A decoder-only transformer: pre-norm blocks, learned positions, the output shares the token embedding."""
import math
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import nn


@dataclass(frozen=True)
class Shape:
    layers: int
    width: int
    heads: int
    context: int
    vocabulary: int


class Block(nn.Module):
    def __init__(self, shape):
        super().__init__()
        width = shape.width
        self.heads = shape.heads
        self.before_attention, self.before_mlp = nn.LayerNorm(width), nn.LayerNorm(width)
        self.qkv = nn.Linear(width, 3 * width, bias=False)
        self.out = nn.Linear(width, width, bias=False)
        self.up = nn.Linear(width, 4 * width, bias=False)
        self.down = nn.Linear(4 * width, width, bias=False)

    def forward(self, x, mask):
        batch, length, width = x.shape
        qkv = self.qkv(self.before_attention(x)).view(batch, length, 3, self.heads, width // self.heads)
        q, k, v = qkv.permute(2, 0, 3, 1, 4)
        x = x + self.out(attend(q, k, v, mask).transpose(1, 2).reshape(batch, length, width))
        return x + self.down(F.gelu(self.up(self.before_mlp(x))))


def attend(q, k, v, mask):
    """Causal attention; PyTorch before 2.0 has no fused one."""
    if hasattr(F, 'scaled_dot_product_attention'):
        return F.scaled_dot_product_attention(q, k, v, is_causal=True)
    weights = (q @ k.transpose(-2, -1)) / math.sqrt(q.shape[-1]) + mask
    return weights.softmax(-1) @ v


class Model(nn.Module):
    def __init__(self, shape):
        super().__init__()
        self.shape = shape
        self.token = nn.Embedding(shape.vocabulary, shape.width)
        self.position = nn.Embedding(shape.context, shape.width)
        self.blocks = nn.ModuleList(Block(shape) for _ in range(shape.layers))
        self.last = nn.LayerNorm(shape.width)
        self.register_buffer('mask', torch.full((shape.context,) * 2, -math.inf).triu(1), persistent=False)
        for name, parameter in self.named_parameters():
            if parameter.dim() == 2:
                # Two additions to the stream a block: their sum keeps the scale of one.
                residual = name.endswith(('out.weight', 'down.weight'))
                nn.init.normal_(parameter, std=0.02 / (math.sqrt(2 * shape.layers) if residual else 1))

    def forward(self, tokens, targets):
        """Mean loss in nats a token; both arguments are (sequences, length) of token numbers."""
        length = tokens.shape[1]
        x = self.token(tokens) + self.position.weight[:length]
        for block in self.blocks:
            x = block(x, self.mask[:length, :length])
        logits = self.last(x) @ self.token.weight.T
        return F.cross_entropy(logits.float().flatten(0, 1), targets.flatten())

    def params_total(self):
        return sum(parameter.numel() for parameter in self.parameters())

    def params(self):
        """Parameters without embeddings: the size that plans speak of."""
        return self.params_total() - self.token.weight.numel() - self.position.weight.numel()
