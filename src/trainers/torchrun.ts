/** The usual way to start a PyTorch program on one or several machines. */

const PER_NODE = 8;

/** Machines and GPUs on each: as many as fit on one machine of eight, the same number on all. */
export function nodesOf(gpus: number): { readonly nodes: number; readonly perNode: number } {
  let perNode = Math.min(gpus, PER_NODE);
  while (gpus % perNode !== 0) perNode -= 1;
  return { nodes: gpus / perNode, perNode };
}

/** `torchrun` for this many GPUs; on several machines it is typed on each, and `$HEAD_NODE` names one of them. */
export function torchrun(gpus: number, program: string): string {
  const { nodes, perNode } = nodesOf(gpus);
  return nodes === 1
    ? `torchrun --standalone --nproc-per-node ${perNode} ${program}`
    : `torchrun --nnodes ${nodes} --nproc-per-node ${perNode} --rdzv-backend c10d --rdzv-endpoint $HEAD_NODE:29500 ${program}`;
}
