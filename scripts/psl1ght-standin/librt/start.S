/* Where the kernel starts a program: argc, argv and the environment lie at the top of the stack. */
	.section ".opd","aw"
	.align	3
	.globl	_start
_start:
	.quad	.L_start,.TOC.@tocbase,0
	.text
.L_start:
	mr	3,1
	clrrdi	1,1,4
	li	0,0
	stdu	0,-128(1)
	bl	standin_start
	nop
