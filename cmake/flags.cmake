# Warnings, sanitizers and coverage for every target of the project.
add_library(inshi_flags INTERFACE)
target_compile_options(inshi_flags INTERFACE -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes
                       -Wpointer-arith -Wvla -ffp-contract=off)
target_compile_definitions(inshi_flags INTERFACE _GNU_SOURCE)
if(INSHI_WERROR)
  target_compile_options(inshi_flags INTERFACE -Werror)
endif()
if(INSHI_SANITIZE)
  target_compile_options(inshi_flags INTERFACE -fsanitize=${INSHI_SANITIZE} -fno-omit-frame-pointer
                         -fno-sanitize-recover=all)
  target_link_options(inshi_flags INTERFACE -fsanitize=${INSHI_SANITIZE})
endif()
if(INSHI_COVERAGE)
  target_compile_options(inshi_flags INTERFACE --coverage -O0)
  target_link_options(inshi_flags INTERFACE --coverage)
endif()
