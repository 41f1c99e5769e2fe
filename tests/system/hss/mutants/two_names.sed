# SPDX-License-Identifier: Apache-2.0
# A file with two names is used under one of them.
s/st\.st_nlink != 1/st.st_nlink == 0/
