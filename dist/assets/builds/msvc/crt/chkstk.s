# Touches each page of a large stack frame before it is used. rax: the frame's bytes; all registers are kept.
# See https://learn.microsoft.com/cpp/build/prolog-and-epilog
	.text
	.globl	__chkstk
	.def	__chkstk
	.scl	2
	.type	32
	.endef
	.globl	___chkstk_ms
__chkstk:
___chkstk_ms:
	pushq	%rcx
	pushq	%rax
	leaq	24(%rsp), %rcx
	cmpq	$0x1000, %rax
	jb	2f
1:
	subq	$0x1000, %rcx
	testq	%rcx, (%rcx)
	subq	$0x1000, %rax
	cmpq	$0x1000, %rax
	ja	1b
2:
	subq	%rax, %rcx
	testq	%rcx, (%rcx)
	popq	%rax
	popq	%rcx
	ret
